//! A chat: whatever one says in a room all in it hear.
//!
//! ```sh
//! cargo run --example chat        # then open http://127.0.0.1:8000 in two windows
//! ```

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use di_server::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::{self, error::RecvError};

#[derive(Container)]
struct App {
    hub: Hub,
}

/// The rooms that somebody is in.
#[derive(Default)]
struct Hub(Mutex<HashMap<String, broadcast::Sender<Line>>>);

#[provider(singleton)]
fn hub() -> Hub {
    Hub::default()
}

impl Hub {
    /// The room of this name. Who is more than 100 lines behind misses some.
    fn room(&self, name: &str) -> broadcast::Sender<Line> {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.entry(name.to_owned()).or_insert_with(|| broadcast::channel(100).0).clone()
    }

    /// Gives a room back. The last who leaves closes it: nobody else has got it from here.
    fn leave(&self, name: &str, room: broadcast::Sender<Line>) {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drop(room);
        if rooms.get(name).is_some_and(|room| room.strong_count() == 1) {
            rooms.remove(name);
        }
    }
}

/// What somebody has said.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    name: String,
    text: String,
}

/// Who is in which room, from when the door opens until it closes.
struct Seat {
    name: String,
    room_name: String,
    room: broadcast::Sender<Line>,
}

#[provider(teardown = leave)]
fn seat(room: Path<String>, name: Query<String>, hub: &Hub) -> Result<Seat, Problem> {
    let Query(name) = name;
    if name.trim().is_empty() {
        return Err(Problem::new(StatusCode::FORBIDDEN).detail("nobody comes in without a name"));
    }
    let seat = Seat { name, room: hub.room(&room), room_name: room.0 };
    seat.say("comes in");
    Ok(seat)
}

/// However the session has ended: by a goodbye, an error, or a cable that was pulled.
fn leave(seat: Seat, outcome: &Outcome, hub: &Hub) {
    seat.say(if outcome.is_success() { "leaves" } else { "is gone" });
    hub.leave(&seat.room_name, seat.room);
}

impl Seat {
    fn say(&self, text: &str) {
        // Nobody may be there to hear it.
        let _ = self.room.send(Line { name: self.name.clone(), text: text.to_owned() });
    }
}

/// Takes part in a room.
#[websocket("/rooms/{room}", message_limit = 4096)]
async fn chat(mut socket: WebSocket, seat: &Seat) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut lines = seat.room.subscribe();
    loop {
        tokio::select! {
            message = socket.recv() => match message? {
                Some(message) => seat.say(message.as_text().unwrap_or("(bytes)")),
                None => return Ok(()),
            },
            line = lines.recv() => match line {
                Ok(line) => socket.send(Message::json(&line)?).await?,
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Ok(()),
            },
        }
    }
}

/// Where somebody is.
#[get("/rooms")]
async fn rooms(hub: &Hub) -> Json<Vec<String>> {
    let rooms = hub.0.lock().unwrap_or_else(PoisonError::into_inner);
    Json(rooms.keys().cloned().collect())
}

/// A page to try it with.
#[get("/")]
async fn page() -> Html<&'static str> {
    Html(
        r#"<!doctype html>
<meta charset="utf-8">
<title>Chat</title>
<form><input name="text" placeholder="say something" autofocus autocomplete="off"></form>
<ol></ol>
<script>
  const name = prompt("Who are you?", "Ada");
  const socket = new WebSocket(`ws://${location.host}/rooms/rust?name=${encodeURIComponent(name)}`);
  const show = text => document.querySelector("ol").appendChild(document.createElement("li")).textContent = text;
  socket.onmessage = event => { const line = JSON.parse(event.data); show(`${line.name}: ${line.text}`); };
  socket.onclose = event => show(`(closed with code ${event.code})`);
  document.querySelector("form").onsubmit = event => {
    event.preventDefault();
    socket.send(event.target.text.value);
    event.target.reset();
  };
</script>
"#,
    )
}

static TABLE: Table<App> = table![page, rooms, chat];

#[tokio::main]
async fn main() -> Result<(), di_server::Error> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8000".to_owned());
    println!("open http://127.0.0.1:{port} in two windows");
    let app = App::builder().build().await?;
    di_server::serve(app, &TABLE, format!("127.0.0.1:{port}")).await
}
