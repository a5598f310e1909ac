use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/a")]
async fn home(cookies: Fresh<Cookies>) {
    let _ = cookies;
}

fn main() {}
