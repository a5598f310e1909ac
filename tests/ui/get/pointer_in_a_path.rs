use std::sync::Arc;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/notes/{id}")]
async fn get_note(id: Path<Arc<str>>) -> String {
    id.to_string()
}

fn main() {}
