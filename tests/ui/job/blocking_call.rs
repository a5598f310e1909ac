use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
async fn nightly() {
    std::thread::sleep(std::time::Duration::from_secs(1));
}

fn main() {}
