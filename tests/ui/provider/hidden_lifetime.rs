use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Name<'a>(&'a str);

#[provider]
fn name() -> Name {
    Name("x")
}

fn main() {}
