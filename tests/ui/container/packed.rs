use di_server::prelude::*;

#[derive(Container)]
#[repr(C, packed)]
struct App {
    #[container(input)]
    small: u8,
    #[container(input)]
    wide: u64,
}

fn main() {}
