use di_server::prelude::*;

pub trait Store: Send + Sync {}

pub struct Cache;

#[derive(Container)]
pub struct App {}

#[provider]
async fn cache(_store: dyn Store) -> Cache {
    Cache
}

#[get("/")]
async fn home(_cache: &Cache) -> &'static str {
    "home"
}

fn main() {}
