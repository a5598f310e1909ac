use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Staff;

#[get("/")]
async fn home(login: Basic<Staff>) -> String {
    login.user().to_owned()
}

fn main() {}
