use di_server::prelude::*;

#[provider(container = any)]
fn text() -> String {
    String::new()
}

fn main() {}
