use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list(_name: Query<&'static str>) {}

fn main() {}
