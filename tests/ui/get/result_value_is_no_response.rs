use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

#[get("/me")]
async fn me() -> Result<User, StatusCode> {
    Ok(User)
}

fn main() {}
