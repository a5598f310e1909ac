use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(serde::Deserialize)]
struct NewUser {
    name: String,
}

#[post("/users")]
async fn add(user: NewUser) -> String {
    user.name
}

fn main() {}
