use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[job]
async fn nightly(cookies: &mut Cookies) {
    let _ = cookies;
}

fn main() {}
