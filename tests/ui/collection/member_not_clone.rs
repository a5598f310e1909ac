use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Level;

#[provider(named)]
fn low() -> Level {
    Level
}

collection![Vec<Level> = [low]];

#[get("/")]
async fn list(all: &Vec<Level>) {
    let _ = all;
}

fn main() {}
