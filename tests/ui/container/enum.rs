use di_server::prelude::*;

#[derive(Container)]
pub enum App {
    One,
}

fn main() {}
