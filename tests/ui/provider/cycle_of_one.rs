use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Tree;

#[provider]
fn tree(inner: &Tree) -> Tree {
    let _ = inner;
    Tree
}

fn main() {}
