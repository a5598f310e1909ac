use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job("/nightly")]
async fn nightly() {}

fn main() {}
