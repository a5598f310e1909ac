use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/", conatiner = App)]
async fn home() {}

fn main() {}
