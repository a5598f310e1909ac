use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Scratch(std::cell::Cell<u8>);

#[provider]
fn scratch() -> Scratch {
    Scratch(std::cell::Cell::new(0))
}

#[get("/")]
async fn edit(scratch: Lazy<'_, Scratch>) {
    scratch.await.0.set(1);
}

static TABLE: Table<App> = table![edit];

fn main() {}
