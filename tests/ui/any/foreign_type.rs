use di_server::prelude::*;

#[provider(container = any)]
fn text() -> Vec<u8> {
    Vec::new()
}

fn main() {}
