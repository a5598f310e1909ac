use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider(singleton, transient)]
fn answer() -> Answer {
    Answer
}

struct Answer;

fn main() {}
