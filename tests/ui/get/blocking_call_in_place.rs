use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", inline)]
fn wait() {
    std::thread::sleep(std::time::Duration::from_secs(1));
}

fn main() {}
