use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

struct Quota;

#[guard]
impl Quota {
    fn check(&self, _method: &Method _uri: &Uri) -> Result<(), StatusCode> {
        Ok(())
    }
}

const fn quota() -> Quota {
    Quota
}

#[get("/users")]
async fn list() {}

static TABLE: Table<App> = table![group(guards = [quota()], list)];

fn main() {}
