use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(serde::Deserialize)]
pub struct Album {
    photo: UploadFile,
}

#[post("/a")]
async fn create(album: MultipartForm<Album>, raw: Multipart) {
    let _ = (album.photo.len(), raw);
}

static TABLE: Table<App> = table![create];

fn main() {}
