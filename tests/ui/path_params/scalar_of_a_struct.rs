use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(PathParams)]
#[path_params(scalar)]
struct Place {
    shelf: u32,
}

fn main() {}
