use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
fn verify_token(x_token: Header<String>) -> Result<(), StatusCode> {
    if *x_token == "secret" { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
}

fn main() {}
