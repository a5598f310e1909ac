use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[post("/photos")]
async fn add(photo: UploadFile) -> String {
    photo.len().to_string()
}

fn main() {}
