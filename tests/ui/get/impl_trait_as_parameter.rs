use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn search(text: impl ToString) -> String {
    text.to_string()
}

fn main() {}
