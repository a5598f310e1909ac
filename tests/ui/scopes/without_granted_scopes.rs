use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Write;

impl SecurityScope for Write {
    const NAME: ScopeName = ScopeName::new("notes:write");
}

#[get("/", scopes = [Write])]
async fn home() {}

fn main() {}
