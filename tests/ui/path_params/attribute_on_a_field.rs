use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[derive(serde::Deserialize, PathParams)]
struct Place {
    #[path_params(rename = "userId")]
    user_id: u64,
}

#[get("/users/{userId}")]
async fn user(_place: Path<Place>) {}

static TABLE: Table<App> = table![user];

fn main() {}
