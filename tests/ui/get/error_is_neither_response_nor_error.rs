use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct AuthError;

#[get("/me")]
async fn me() -> Result<String, AuthError> {
    Err(AuthError)
}

fn main() {}
