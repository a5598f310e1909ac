use di_server::prelude::*;
use std::rc::Rc;

#[derive(Container)]
pub struct App {}

struct Cache(Rc<u32>);

#[provider]
fn cache() -> Cache {
    Cache(Rc::new(5))
}

#[get("/shared")]
async fn shared(cache: &Cache) -> String {
    cache.0.to_string()
}

#[get("/exclusive")]
async fn exclusive(cache: &mut Cache) -> String {
    cache.0.to_string()
}

#[get("/fresh")]
async fn fresh(cache: Fresh<Cache>) -> String {
    cache.0.0.to_string()
}

#[get("/held")]
async fn held(cache: Held<Cache>) -> String {
    cache.0.to_string()
}

#[get("/late")]
async fn late(cache: Lazy<'_, Cache>) -> String {
    cache.await.0.to_string()
}

#[get("/pooled")]
fn pooled(cache: &Cache) -> String {
    cache.0.to_string()
}

static TABLE: Table<App> = table![shared, exclusive, fresh, held, late, pooled];

fn main() {}
