use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
async fn nightly(_a: &Executor _b: &Executor) {}

async fn run(app: Application<App>) {
    let _ = app.run::<nightly>().await;
}

fn main() {}
