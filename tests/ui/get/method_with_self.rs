use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Api;

impl Api {
    #[get("/")]
    async fn home(&self) {}
}

fn main() {}
