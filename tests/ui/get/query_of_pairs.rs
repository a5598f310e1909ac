use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/search")]
async fn search(query: Query<Vec<(String, String)>>) -> String {
    format!("{:?}", query.0)
}

fn main() {}
