use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get(concat!("/users", "/{id}"))]
async fn show(id: Path<u64>) -> String {
    id.to_string()
}

fn main() {}
