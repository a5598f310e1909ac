use di_server::prelude::*;

struct User;

#[get("/")]
async fn home(user: &User) {
    let _ = user;
}

fn main() {}
