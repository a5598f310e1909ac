use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Inner;

#[derive(PathParams)]
struct Key(Inner);

fn main() {}
