use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider(blocking)]
async fn answer() -> Answer {
    Answer
}

struct Answer;

fn main() {}
