use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session;

#[provider]
fn session<T: Default + Send>() -> Session {
    let _ = T::default();
    Session
}

fn main() {}
