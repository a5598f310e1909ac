use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Filter {
    name: String,
}

#[derive(Provider)]
struct Page {
    filter: Query<Filter>,
}

fn main() {}
