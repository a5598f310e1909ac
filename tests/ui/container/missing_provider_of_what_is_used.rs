use di_server::prelude::*;
use std::sync::Arc;

#[derive(Container)]
pub struct App {
    pool: Pool,
    mailer: Arc<dyn Mail>,
    #[container(name = Replica)]
    replica: Pool,
    #[container(input)]
    config: Config,
}

pub struct Pool;
pub struct Replica;
pub struct Session;

#[derive(Clone)]
pub struct Config;

pub trait Mail: Send + Sync {}

#[provider(singleton)]
fn pool(config: &Config) -> Pool {
    let _ = config;
    Pool
}

#[provider(singleton, name = Replica)]
fn replica(config: Config) -> Pool {
    let _ = config;
    Pool
}

#[provider]
fn session(pool: &Pool, mailer: &Arc<dyn Mail>) -> Session {
    let _ = (pool, mailer);
    Session
}

#[get("/mail")]
async fn mail(session: &Session, mailer: &Arc<dyn Mail>) {
    let _ = (session, mailer);
}

#[get("/mail/{id}")]
async fn one_mail(id: Path<u64>, mailer: Arc<dyn Mail>, #[named(Replica)] replica: &Pool) {
    let _ = (id, mailer, replica);
}

#[job]
async fn nightly(mailer: Option<&Arc<dyn Mail>>) {
    let _ = mailer;
}

static TABLE: Table<App> = table![mail, one_mail];

fn main() {
    let _ = &TABLE;
}
