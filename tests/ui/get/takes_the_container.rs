use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list(app: &App) {
    let _ = app;
}

fn main() {}
