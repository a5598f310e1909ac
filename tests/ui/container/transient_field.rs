use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    id: Id,
}

pub struct Id;

#[provider(transient)]
fn id() -> Id {
    Id
}

fn main() {}
