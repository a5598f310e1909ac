use std::sync::Arc;

use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/notes")]
async fn add_note(text: Json<Arc<str>>) -> String {
    text.to_string()
}

fn main() {}
