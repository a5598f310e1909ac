use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Provider)]
pub struct Search {
    text: &str,
}

#[get("/")]
async fn home(_search: Search) -> &'static str {
    "home"
}

fn main() {}
