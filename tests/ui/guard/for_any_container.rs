use di_server::prelude::*;

pub struct Limit(pub u32);

#[guard(container = any)]
impl Limit {
    fn check(&self) -> Result<(), StatusCode> {
        Ok(())
    }
}

fn main() {}
