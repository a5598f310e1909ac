use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Limit(u32);

pub struct User;

#[guard]
impl Limit {
    fn check(&self, user: &User) -> Result<(), StatusCode> {
        let _ = (self.0, user);
        Ok(())
    }
}

fn main() {}
