use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
struct Session;

fn main() {}
