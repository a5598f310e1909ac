use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
async fn tidy();

async fn run(app: Application<App>) {
    let _ = app.run::<tidy>().await;
}

fn main() {
    let _ = run;
}
