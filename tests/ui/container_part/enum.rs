use di_server::prelude::*;

#[derive(ContainerPart)]
enum Billing {}

fn main() {}
