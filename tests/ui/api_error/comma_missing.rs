use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(Debug, ApiError)]
#[api(status = 404)]
pub struct Missing {
    note: u32
    user: u32,
}

#[get("/")]
async fn home() -> Result<&'static str, Missing> {
    Ok("home")
}

fn main() {}
