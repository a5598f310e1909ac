use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Name<'a>(&'a str);

#[provider]
fn name(headers: &HeaderMap) -> Name<'_> {
    let _ = headers;
    Name("x")
}

fn main() {}
