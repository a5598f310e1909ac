use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Clock;

#[get("/now")]
async fn now(clock: Clock) {
    let _ = clock;
}

fn main() {}
