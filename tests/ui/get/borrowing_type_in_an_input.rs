use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(serde::Deserialize)]
pub struct Note<'a> {
    text: &'a str,
}

#[post("/notes")]
async fn add_note(note: Json<Note<'_>>) -> String {
    note.text.to_owned()
}

fn main() {}
