use di_server::prelude::*;
use std::rc::Rc;

#[derive(Container)]
pub struct App {}

struct Cache;

#[derive(Debug)]
struct Refused(Rc<u32>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        StatusCode::FORBIDDEN.into_response()
    }
}

#[provider]
fn cache() -> Result<Cache, Refused> {
    Err(Refused(Rc::new(5)))
}

fn main() {}
