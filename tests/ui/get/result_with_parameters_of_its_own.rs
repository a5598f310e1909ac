use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

type Result<T, E> = core::result::Result<Json<T>, E>;

#[get("/")]
async fn greet() -> Result<String, StatusCode> {
    Ok(Json("hello".to_owned()))
}

fn main() {}
