use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Session<'a>(&'a str);

#[get("/")]
async fn list<'a>(session: &Session<'a>) -> String {
    session.0.to_owned()
}

fn main() {}
