use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct Session;

#[provider(container = any)]
fn user(session: Result<&Session, &std::io::Error>) -> User {
    let _ = session;
    User
}

#[provider]
fn session() -> Result<Session, StatusCode> {
    Ok(Session)
}

#[get("/")]
async fn list(user: &User) {
    let _ = user;
}

fn main() {}
