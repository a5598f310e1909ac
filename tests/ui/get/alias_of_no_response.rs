use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;

type Answer<T> = Result<Json<T>, StatusCode>;

#[get("/me")]
async fn me() -> Answer<User> {
    Ok(Json(User))
}

fn main() {}
