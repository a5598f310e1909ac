use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Write;

impl SecurityScope for Write {
    const NAME: ScopeName = ScopeName::new("notes:write");
}

#[get("/")]
async fn home(write: Scoped<Write>) {
    let _ = write;
}

fn main() {}
