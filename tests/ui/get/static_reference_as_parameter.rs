use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    name: Name,
}

pub struct Name(String);

#[get("/")]
async fn home(name: &'static Name) -> &'static str {
    &name.0
}

fn main() {}
