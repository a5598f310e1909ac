use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{id}")]
async fn get_user(id: Path<u64>) -> String {
    id.to_string()
}

static TABLE: Table<App> = table![get_user];

fn main() {
    let _ = uri!(TABLE, get_users(42));
}
