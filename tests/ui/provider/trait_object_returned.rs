use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

trait Mailer {}

#[provider]
fn mailer() -> dyn Mailer {
    todo!()
}

fn main() {}
