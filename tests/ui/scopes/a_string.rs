use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
fn granted(token: Bearer) -> GrantedScopes {
    GrantedScopes::parse(token.token())
}

#[get("/", scopes = ["notes:write"])]
async fn home() {}

fn main() {}
