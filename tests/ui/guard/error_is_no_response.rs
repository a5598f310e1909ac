use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Limit(u32);

pub struct TooMany;

#[guard]
impl Limit {
    fn check(&self) -> Result<(), TooMany> {
        let _ = self.0;
        Err(TooMany)
    }
}

fn main() {}
