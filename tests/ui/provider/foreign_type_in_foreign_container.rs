use di_server::prelude::*;

/// Stands for a container of another crate.
type Theirs = di_server::Settings;

#[provider(container = Theirs)]
fn name() -> Vec<u8> {
    Vec::new()
}

fn main() {}
