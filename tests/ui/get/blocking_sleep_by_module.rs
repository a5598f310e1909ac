use di_server::prelude::*;
use std::{thread, time::Duration};

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn slow() {
    for _ in 0..3 {
        thread::sleep(Duration::from_secs(1));
    }
}

fn main() {}
