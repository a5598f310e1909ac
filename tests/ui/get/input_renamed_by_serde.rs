use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users")]
async fn list(#[serde(rename = "pageSize")] page_size: Query<u32>) -> String {
    page_size.to_string()
}

fn main() {}
