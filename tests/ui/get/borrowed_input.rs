use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn list(name: Query<&str>) -> String {
    name.to_string()
}

fn main() {}
