//! Sends so many requests over one connection, one after the other, then asks the server to quit.
//!
//! Arguments: the port, the number of requests.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

const REQUEST: &[u8] = b"GET /users/42 HTTP/1.1\r\n\
    host: 127.0.0.1:8000\r\n\
    user-agent: chain-client\r\n\
    accept: */*\r\n\
    authorization: Bearer mF_9.B5f-4.1JqM\r\n\
    \r\n";

#[expect(clippy::print_stdout, reason = "this is the program's output")]
fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u32>());
    let (Some(Ok(port)), Some(Ok(count))) = (args.next(), args.next()) else {
        return Err(io::Error::other("expected a port and a number of requests"));
    };
    let mut stream = connect(u16::try_from(port).map_err(io::Error::other)?)?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 64 * 1024];
    for number in 0..count {
        stream.write_all(REQUEST)?;
        let response = read(&mut stream, &mut buffer)?;
        if number == 0 {
            println!("{}", String::from_utf8_lossy(response));
        }
        if !response.starts_with(b"HTTP/1.1 200 OK\r\n") {
            return Err(io::Error::other(String::from_utf8_lossy(response).into_owned()));
        }
    }
    stream.write_all(b"GET /quit HTTP/1.1\r\nhost: 127.0.0.1:8000\r\n\r\n")?;
    // The server is gone before it answers.
    let _ = stream.read(&mut buffer);
    Ok(())
}

/// Connects, once the server listens: under valgrind that takes a while.
fn connect(port: u16) -> io::Result<TcpStream> {
    let start = Instant::now();
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Err(_) if start.elapsed() < Duration::from_secs(60) => std::thread::sleep(Duration::from_millis(50)),
            end => return end,
        }
    }
}

/// Reads one response, which ends with the `}` of its JSON.
fn read<'a>(stream: &mut TcpStream, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
    let mut len = 0;
    loop {
        let count = stream.read(&mut buffer[len..])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        len += count;
        if buffer[len - 1] == b'}' {
            return Ok(&buffer[..len]);
        }
    }
}
