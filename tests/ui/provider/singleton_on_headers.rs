use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    mailer: Mailer,
}

pub struct Mailer;

#[provider(singleton)]
fn mailer(headers: &HeaderMap) -> Mailer {
    let _ = headers;
    Mailer
}

fn main() {}
