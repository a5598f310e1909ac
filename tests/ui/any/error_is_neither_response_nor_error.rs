use di_server::prelude::*;

struct User;
struct Failed;

#[provider(container = any)]
fn user() -> Result<User, Failed> {
    Ok(User)
}

fn main() {}
