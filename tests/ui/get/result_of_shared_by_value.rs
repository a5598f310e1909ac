use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Clone)]
struct User;

#[derive(Clone)]
struct AuthError;

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

#[provider]
async fn user() -> Result<User, AuthError> {
    Err(AuthError)
}

#[get("/me")]
async fn me(user: Result<User, AuthError>) {
    let _ = user.is_ok();
}

fn main() {}
