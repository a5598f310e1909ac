use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

impl Session {
    #[provider]
    fn new() -> Self {
        Self
    }
}

fn main() {}
