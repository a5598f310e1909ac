use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[provider]
fn granted(token: Bearer) -> GrantedScopes {
    GrantedScopes::parse(token.token())
}

pub struct Write;

#[get("/")]
async fn home() {}

static TABLE: Table<App> = table![group(guards = [Scoped<Write>], home)];

fn main() {
    let _ = &TABLE;
}
