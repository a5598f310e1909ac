use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job(sequentiel)]
async fn nightly() {}

fn main() {}
