use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    a: A,
    b: B,
}

pub struct A;
pub struct B;

#[provider(singleton)]
fn a(b: &B) -> A {
    let _ = b;
    A
}

#[provider(singleton)]
fn b(a: &A) -> B {
    let _ = a;
    B
}

fn main() {}
