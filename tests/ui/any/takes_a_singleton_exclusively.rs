use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    pool: Pool,
}

struct Pool;
struct Session;

#[provider(container = any)]
fn session(pool: &mut Pool) -> Session {
    let _ = pool;
    Session
}

#[get("/")]
async fn list(session: &Session) {
    let _ = session;
}

fn main() {}
