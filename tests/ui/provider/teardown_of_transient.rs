use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Line;

#[provider(transient, teardown = close)]
fn line() -> Line {
    Line
}

fn close(line: Line, outcome: &Outcome) {
    let _ = (line, outcome);
}

fn main() {}
