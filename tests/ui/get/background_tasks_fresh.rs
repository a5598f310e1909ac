use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home(tasks: Fresh<BackgroundTasks>) {
    drop(tasks);
}

fn main() {}
