use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider(transient, transient)]
fn answer() -> Answer {
    Answer
}

struct Answer;

fn main() {}
