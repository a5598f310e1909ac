use di_server::prelude::*;

#[derive(Container)]
pub struct App {}

pub struct Session;

#[derive(Debug, ApiError)]
#[api(status = 503)]
struct DbError;

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the database is gone")
    }
}

impl std::error::Error for DbError {}

#[provider]
fn session() -> Result<Session, DbError> {
    Ok(Session)
}

fn main() {}
