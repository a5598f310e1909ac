use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    pool: Pool,
}

struct Pool;
struct Session;
struct User;

#[provider(container = any)]
fn session(pool: &mut Pool) -> Session {
    let _ = pool;
    Session
}

#[provider(container = any)]
fn user(session: &Session) -> User {
    let _ = session;
    User
}

#[get("/")]
async fn list(user: &User) {
    let _ = user;
}

fn main() {}
