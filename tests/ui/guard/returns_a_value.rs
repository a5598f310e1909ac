use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Limit(u32);

#[guard]
impl Limit {
    fn check(&self) -> u32 {
        self.0
    }
}

fn main() {}
