use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    name: Name
    pool: Pool,
}

pub struct Name;

pub struct Pool;

#[provider(singleton)]
fn pool(_name: &Name) -> Pool {
    Pool
}

#[get("/users")]
async fn list(_name: &Name, _pool: &Pool) {}

async fn start() {
    let _ = App::builder().name(Name).build().await;
}

fn main() {}
