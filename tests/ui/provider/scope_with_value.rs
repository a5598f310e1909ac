use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider(scope = "singleton")]
fn answer() -> Answer {
    Answer
}

struct Answer;

fn main() {}
