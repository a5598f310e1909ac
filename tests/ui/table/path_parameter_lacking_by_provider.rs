use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Owner;

#[provider]
fn owner(owner: Path<u64>) -> Owner {
    let _ = owner;
    Owner
}

#[get("/users/{id}")]
async fn user(id: Path<u64>, owner: &Owner) {
    let _ = (id, owner);
}

static TABLE: Table<App> = table![user];

fn main() {}
