use di_server::prelude::*;
use std::sync::Arc;

#[derive(Container)]
pub struct App {
    mailer: Arc<dyn Mailer>,
}

trait Mailer {
    fn send(&self);
}

struct Smtp;

impl Mailer for Smtp {
    fn send(&self) {}
}

struct Session;

#[provider(singleton)]
fn mailer() -> Arc<dyn Mailer> {
    Arc::new(Smtp)
}

#[provider]
async fn session(mailer: &Arc<dyn Mailer>) -> Session {
    mailer.send();
    Session
}

#[get("/")]
async fn home(mailer: Arc<dyn Mailer>, session: &Session) {
    let _ = session;
    mailer.send();
}

#[get("/news")]
async fn news(mailer: &Arc<dyn Mailer>) -> &'static str {
    mailer.send();
    "news"
}

#[get("/books")]
fn books(mailer: &Arc<dyn Mailer>) {
    mailer.send();
}

#[job]
async fn nightly(mailer: Arc<dyn Mailer>) {
    mailer.send();
}

static TABLE: Table<App> = table![home, news, books];

async fn run() -> Result<(), di_server::Error> {
    let app = App::builder().mailer(Arc::new(Smtp)).build().await?;
    di_server::serve(app, &TABLE, "127.0.0.1:8000").await
}

fn main() {
    let _ = run;
}
