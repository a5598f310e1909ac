use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Provider)]
#[provider("singleton")]
pub struct Clock;

fn main() {}
