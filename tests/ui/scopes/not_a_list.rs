use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Write;

impl SecurityScope for Write {
    const NAME: ScopeName = ScopeName::new("notes:write");
}

#[provider]
fn granted(token: Bearer) -> GrantedScopes {
    GrantedScopes::parse(token.token())
}

#[get("/", scopes = Write)]
async fn home() {}

fn main() {}
