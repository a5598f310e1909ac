use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    mailer: Mailer,
}

pub struct Mailer;

#[provider(singleton)]
fn mailer(from: Query<String>) -> Mailer {
    let _ = from;
    Mailer
}

fn main() {}
