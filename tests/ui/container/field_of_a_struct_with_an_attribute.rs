use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    cache: Cache,
}

#[provider(singleton)]
pub struct Cache;

#[get("/")]
async fn home(cache: &Cache) {
    let _ = cache;
}

fn main() {}
