use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider(inline)]
fn answer() -> Answer {
    Answer
}

struct Answer;

fn main() {}
