use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Admin;

#[guard]
impl Admin {
    fn check(&self, token: Bearer) -> Result<(), ()> {
        if token.token() == "secret" { Ok(()) } else { Err(()) }
    }
}

#[get("/")]
async fn home() {}

const fn admin() -> Admin {
    Admin
}

static TABLE: Table<App> = table![group("/admin", guards = [admin()], home)];

fn main() {}
