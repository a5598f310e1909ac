use di_server::prelude::*;

#[job(container = any)]
async fn nightly() {}

#[derive(Container)]
pub struct App {}

fn main() {}
