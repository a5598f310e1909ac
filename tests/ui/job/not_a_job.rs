use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home() {}

async fn run(app: Application<App>) {
    let _ = app.run::<home>().await;
}

fn main() {
    let _ = run;
}
