use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/")]
async fn home(user: &Usr) {
    let _ = user;
}

fn main() {}
