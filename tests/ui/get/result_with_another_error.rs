use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct Refused;
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
async fn me(user: Result<&User, &Refused>) {
    let _ = user.is_ok();
}

fn main() {}
