//! A chat, over real sockets.

mod support;

use std::{net::TcpStream, thread, time::Duration};

use support::Example;
use tungstenite::{Message, WebSocket, client, http::StatusCode};

fn enter(chat: &Example, name: &str) -> tungstenite::Result<WebSocket<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", chat.port))?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let uri = format!("ws://127.0.0.1:{}/rooms/rust?name={name}", chat.port);
    match client(uri, stream) {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::HandshakeError::Failure(error)) => Err(error),
        Err(tungstenite::HandshakeError::Interrupted(_)) => panic!("the socket blocks"),
    }
}

/// The next line: who, and what.
fn hear(socket: &mut WebSocket<TcpStream>) -> (String, String) {
    let message = socket.read().expect("a message");
    let line: serde_json::Value = serde_json::from_str(message.to_text().expect("text")).expect("JSON");
    (line["name"].as_str().expect("a name").to_owned(), line["text"].as_str().expect("a text").to_owned())
}

fn says(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

#[test]
fn all_in_a_room_hear_what_one_says() {
    let chat = Example::start("chat");
    let mut ada = enter(&chat, "Ada").expect("she has a name");
    // She may sit down after she has come in, and only then hears others.
    ada.send(Message::text("hello?")).expect("open");
    assert_eq!(hear(&mut ada), says("Ada", "hello?"));
    let mut grace = enter(&chat, "Grace").expect("she has a name");
    assert_eq!(hear(&mut ada), says("Grace", "comes in"));
    grace.send(Message::text("hello")).expect("open");
    assert_eq!(hear(&mut ada), says("Grace", "hello"));
    assert_eq!(hear(&mut grace), says("Grace", "hello"));
    grace.close(None).expect("open");
    while grace.read().is_ok() {}
    assert_eq!(hear(&mut ada), says("Grace", "leaves"));
    let linus = enter(&chat, "Linus").expect("he has a name");
    assert_eq!(hear(&mut ada), says("Linus", "comes in"));
    drop(linus);
    assert_eq!(hear(&mut ada), says("Linus", "is gone"));
}

#[test]
fn nobody_comes_in_without_a_name() {
    let chat = Example::start("chat");
    let Err(tungstenite::Error::Http(refused)) = enter(&chat, "") else { panic!("the door is closed") };
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

#[test]
fn who_has_a_browser_gets_a_page() {
    let chat = Example::start("chat");
    let page = chat.get("/");
    assert!(page.body.contains("new WebSocket("), "{}", page.body);
    assert_eq!(chat.get("/rooms/rust?name=Ada").status, 426);
}

#[test]
fn a_message_too_large_ends_the_session() {
    let chat = Example::start("chat");
    let mut ada = enter(&chat, "Ada").expect("she has a name");
    ada.send(Message::text("x".repeat(5000))).expect("open");
    let closed = loop {
        match ada.read() {
            Ok(Message::Close(frame)) => break frame,
            Ok(_) => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(closed.map(|frame| frame.code.into()), Some(1009_u16));
}

#[test]
fn a_room_is_there_until_the_last_has_left() {
    let chat = Example::start("chat");
    let mut ada = enter(&chat, "Ada").expect("she has a name");
    // She is seated now, and hears what follows.
    ada.send(Message::text("hello?")).expect("open");
    assert_eq!(hear(&mut ada), says("Ada", "hello?"));
    let mut grace = enter(&chat, "Grace").expect("she has a name");
    grace.close(None).expect("open");
    while hear(&mut ada) != says("Grace", "leaves") {}
    assert_eq!(chat.get("/rooms").body, r#"["rust"]"#);
    ada.close(None).expect("open");
    // She leaves a moment after she has said so.
    assert!((0..10_000).any(|_| chat.get("/rooms").body == "[]"), "the room stays");
}
