use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Filter {
    name: String,
}

#[get("/")]
async fn search(filter: Query<Filter>) -> String {
    filter.0.name
}

fn main() {}
