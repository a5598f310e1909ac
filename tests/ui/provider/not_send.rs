use di_server::prelude::*;
use std::rc::Rc;

#[derive(Container)]
pub struct App {}

struct Cache(Rc<u32>);

#[provider]
fn cache() -> Cache {
    Cache(Rc::new(5))
}

fn main() {}
