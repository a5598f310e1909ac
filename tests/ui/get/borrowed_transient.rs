use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Id;

#[provider(transient)]
fn id() -> Id {
    Id
}

#[post("/")]
async fn pay(id: &Id) {
    let _ = id;
}

fn main() {}
