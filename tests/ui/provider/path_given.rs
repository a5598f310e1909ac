use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider("/answer")]
fn answer() -> Answer {
    Answer
}

struct Answer;

fn main() {}
