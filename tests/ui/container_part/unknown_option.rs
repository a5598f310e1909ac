use di_server::prelude::*;

pub struct Key;

#[derive(ContainerPart)]
pub struct Billing {
    #[container(inptu)]
    key: Key,
}

#[derive(Container)]
pub struct App {
    #[container(part)]
    billing: Billing,
}

#[get("/")]
async fn home(key: &Key) {
    let _ = key;
}

static TABLE: Table<App> = table![home];

fn main() {}
