use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider(named)]
fn email() -> Box<u8> {
    Box::new(1)
}

collection![Vec<Box<Notifier>> = [email]];

fn main() {}
