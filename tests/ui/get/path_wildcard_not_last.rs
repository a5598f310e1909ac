use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/files/{*path}/size")]
async fn size(path: Path<String>) {
    let _ = path;
}

fn main() {}
