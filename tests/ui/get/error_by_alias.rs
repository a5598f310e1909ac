use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct AuthError;
type Result<T> = std::result::Result<T, AuthError>;

#[get("/me")]
async fn me() -> Result<String> {
    Err(AuthError)
}

fn main() {}
