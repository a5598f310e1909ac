use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(PathParams)]
enum Key {
    Id(u64),
    Name(String),
}

fn main() {}
