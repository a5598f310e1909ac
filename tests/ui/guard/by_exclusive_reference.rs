use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Limit(u32);

#[guard]
impl Limit {
    fn check(&mut self) -> Result<(), StatusCode> {
        self.0 += 1;
        Ok(())
    }
}

fn main() {}
