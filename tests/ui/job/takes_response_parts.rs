use di_server::{ResponseParts, prelude::*};

#[derive(Container)]
pub struct App {}

#[job]
async fn nightly(parts: &mut ResponseParts) {
    let _ = parts;
}

fn main() {}
