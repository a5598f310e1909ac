use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
async fn nightly(_days: u32) {}

fn main() {}
