use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
fn granted(token: Bearer) -> GrantedScopes {
    GrantedScopes::parse(token.token())
}

pub struct Write;

#[get("/", scopes = [Write])]
async fn home() {}

fn main() {}
