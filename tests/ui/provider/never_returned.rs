use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
fn session() -> ! {
    std::process::exit(1)
}

fn main() {}
