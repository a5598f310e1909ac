use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Admin;

#[provider]
fn admin(token: Bearer) -> Result<Admin, StatusCode> {
    if token.token() == "root" { Ok(Admin) } else { Err(StatusCode::FORBIDDEN) }
}

#[get("/users")]
async fn list() {}

static TABLE: Table<App> = table![group("/admin", guards = Admin, list)];

fn main() {}
