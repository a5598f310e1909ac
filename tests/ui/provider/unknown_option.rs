use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider(singelton)]
fn answer() -> Answer {
    Answer
}

struct Answer;

fn main() {}
