use di_server::prelude::*;
use serde::Deserialize;

#[derive(Container)]
pub struct App {}

#[derive(Deserialize)]
struct Search {
    q: String,
}

#[get("/search")]
async fn search(form: Form<Search>) -> String {
    form.0.q
}

fn main() {}
