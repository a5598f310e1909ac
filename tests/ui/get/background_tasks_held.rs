use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home(tasks: Held<BackgroundTasks>) {
    drop(tasks);
}

fn main() {}
