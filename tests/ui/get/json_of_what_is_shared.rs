use std::sync::Arc;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(serde::Serialize)]
pub struct Note {
    text: String,
}

#[get("/note")]
async fn note(note: Query<String>) -> Json<Arc<Note>> {
    Json(Arc::new(Note { text: note.0 }))
}

fn main() {}
