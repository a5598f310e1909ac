use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Member;

#[provider]
fn member(team: Path<u64>) -> Member {
    let _ = team;
    Member
}

#[get("/users")]
async fn users() {}

static TABLE: Table<App> = table![group("/api", guards = [Member], users)];

fn main() {}
