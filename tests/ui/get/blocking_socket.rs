use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn connect() -> std::io::Result<()> {
    let stream = std::net::TcpStream::connect("127.0.0.1:80")?;
    drop(stream);
    Ok(())
}

fn main() {}
