use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Cache;

#[provider]
fn cache<T: Default>() -> Cache {
    let _ = T::default();
    Cache
}

#[get("/")]
async fn home(_cache: &Cache) -> &'static str {
    "home"
}

fn main() {}
