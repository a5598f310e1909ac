use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/notes/{id}")]
async fn get_note(id: _) -> &'static str {
    "a note"
}

fn main() {}
