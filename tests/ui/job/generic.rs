use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
fn nightly<T>() {}

fn main() {}
