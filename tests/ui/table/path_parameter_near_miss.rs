use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

#[get("/users/{user_id}")]
async fn user(userid: Path<u64>) {
    let _ = userid;
}

static TABLE: Table<App> = table![user];

fn main() {}
