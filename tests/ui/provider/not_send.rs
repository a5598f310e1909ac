use di_server::prelude::*;
use std::rc::Rc;

#[derive(Container)]
pub struct App {}

struct Cache(Rc<u32>);

#[provider]
fn cache() -> Cache {
    Cache(Rc::new(5))
}

#[get("/")]
async fn home(cache: &mut Cache) {
    let _ = &cache.0;
}

fn main() {}
