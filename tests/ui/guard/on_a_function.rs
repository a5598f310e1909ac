use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Limit(u32);

#[guard]
fn check(limit: &Limit) -> Result<(), StatusCode> {
    let _ = limit;
    Ok(())
}

fn main() {}
