use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Member;

#[provider]
fn member(team: Path<u64>) -> Member {
    let _ = team;
    Member
}

mod teams {
    use super::*;

    #[get("/users")]
    pub async fn users() {}

    pub const ROUTES: Routes<App> = routes![group(guards = [Member], users)];
}

static TABLE: Table<App> = table![teams::ROUTES];

fn main() {}
