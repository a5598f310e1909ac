use di_server::{prelude::*, security::KeyPlace};

#[derive(Container)]
pub struct App {}

pub struct Partner;

impl ApiKeyScheme for Partner {
    const PLACE: KeyPlace = KeyPlace::query("");
}

#[get("/")]
async fn home(key: ApiKey<Partner>) -> String {
    key.key().to_owned()
}

fn main() {}
