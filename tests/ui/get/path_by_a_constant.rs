use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

const USERS: &str = "/users";

#[get(USERS)]
async fn list() {}

fn main() {}
