use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/users")]
async fn add() -> (String, StatusCode) {
    ("added".to_owned(), StatusCode::CREATED)
}

fn main() {}
