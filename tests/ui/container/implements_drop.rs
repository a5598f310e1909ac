use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    pool: Pool,
}

impl Drop for App {
    fn drop(&mut self) {
        println!("closing the pool");
    }
}

pub struct Pool;

#[provider(singleton)]
fn pool() -> Pool {
    Pool
}

fn main() {}
