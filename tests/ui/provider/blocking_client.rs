use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Rates;

mod reqwest {
    pub mod blocking {
        pub fn get(_: &str) {}
    }
}

#[provider]
async fn rates() -> Rates {
    reqwest::blocking::get("https://example.org/rates");
    Rates
}

fn main() {}
