use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn slow() {
    std::thread::sleep(std::time::Duration::from_secs(1));
}

fn main() {}
