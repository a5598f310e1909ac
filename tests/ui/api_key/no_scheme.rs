use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Partner;

#[get("/")]
async fn home(key: ApiKey<Partner>) -> String {
    key.key().to_owned()
}

fn main() {}
