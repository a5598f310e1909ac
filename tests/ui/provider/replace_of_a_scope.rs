use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Mailer;

#[provider(replace, singleton)]
fn fake() -> Mailer {
    Mailer
}

fn main() {}
