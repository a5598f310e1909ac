use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Limit(u32);

#[guard]
impl Limit {
    fn chek(&self) -> Result<(), StatusCode> {
        let _ = self.0;
        Ok(())
    }
}

fn main() {}
