use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct User;

#[provider]
async fn user() -> Result<User, (&'static str, StatusCode)> {
    Ok(User)
}

fn main() {}
