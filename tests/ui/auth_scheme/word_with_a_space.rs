//! The word before a token has a blank in it.

use di_server::{AuthScheme, BearerScheme, prelude::*, security::SecurityScheme};

#[derive(Container)]
pub struct App {}

pub struct Login;

impl BearerScheme for Login {
    const SCHEME: SecurityScheme = SecurityScheme::BEARER;
    const WORD: AuthScheme = AuthScheme::new("My Token");
}

#[get("/")]
async fn home(_token: Bearer<Login>) {}

static TABLE: Table<App> = table![home];

fn main() {}
