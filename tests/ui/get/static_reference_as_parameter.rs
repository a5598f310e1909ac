use di_server::prelude::*;

#[derive(Container)]
pub struct App {
    #[container(input)]
    name: String,
}

#[get("/")]
async fn home(name: &'static String) -> &'static str {
    name
}

fn main() {}
