use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id}")]
async fn user(id: Path<u64>) -> String {
    id.to_string()
}

fn main() {
    let _ = user::uri("forty-two");
}
