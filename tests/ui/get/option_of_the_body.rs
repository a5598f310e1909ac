use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/users", data = "<user>")]
async fn add(user: Json<String>) -> String {
    user.0
}

fn main() {}
