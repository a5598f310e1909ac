use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Container)]
pub struct Other {}

#[job(container = Other)]
async fn nightly() {}

async fn run(app: Application<App>) {
    let _ = app.run::<nightly>().await;
}

fn main() {
    let _ = run;
}
