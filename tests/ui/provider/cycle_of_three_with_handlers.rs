use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct User;
struct Session;
struct Limiter;

#[provider]
async fn user(session: &Session) -> User {
    let _ = session;
    User
}

#[provider]
async fn session(limiter: &Limiter) -> Session {
    let _ = limiter;
    Session
}

#[provider]
async fn limiter(user: &User) -> Limiter {
    let _ = user;
    Limiter
}

#[get("/a")]
async fn a(user: &User) {
    let _ = user;
}

#[get("/b")]
async fn b(limiter: &Limiter, session: &mut Session) {
    let _ = (limiter, session);
}

static TABLE: Table<App> = table![a, b];

fn main() {}
