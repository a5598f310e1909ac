//! Browsers hold a session's number in a cookie; what it stands for stays here.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use di_server::{ApiKeyScheme, prelude::*, security::KeyPlace};

use crate::{
    App,
    users::{AuthError, User},
};

pub(crate) const ROUTES: Routes<App> = routes![me, log_out];

/// Sessions by their numbers; a real application has them in its database, and an end for each.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, User>>);

#[provider(singleton)]
fn sessions() -> Sessions {
    Sessions::default()
}

impl Sessions {
    fn all(&self) -> MutexGuard<'_, HashMap<String, User>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cookie is an API key like any other.
pub(crate) struct SessionCookie;

impl ApiKeyScheme for SessionCookie {
    const PLACE: KeyPlace = KeyPlace::cookie("session");
}

/// Whose session it is.
pub(crate) struct Visitor {
    user: User,
    session: String,
}

#[provider]
fn visitor(cookie: ApiKey<SessionCookie>, sessions: &Sessions) -> Result<Visitor, AuthError> {
    let ended =
        || AuthError::Ended(Problem::new(StatusCode::UNAUTHORIZED).detail("the session has ended: log in again"));
    let user = *sessions.all().get(cookie.key()).ok_or_else(ended)?;
    Ok(Visitor { user, session: cookie.key().to_owned() })
}

/// Out of reach of scripts, sent over TLS alone (browsers make an exception of localhost), and not with what other sites
/// post.
fn cookie(session: String) -> SetCookie {
    SetCookie::build(("session", session)).http_only(true).secure(true).build()
}

#[post("/login")]
pub(crate) async fn log_in(user: &User, sessions: &Sessions, cookies: &mut Cookies) -> Result<NoContent, AuthError> {
    let mut number = [0; 16];
    getrandom::fill(&mut number)?;
    // A new number for each login, so that nobody can have planted it.
    let session = format!("{:032x}", u128::from_ne_bytes(number));
    sessions.all().insert(session.clone(), *user);
    cookies.add(cookie(session));
    Ok(NoContent)
}

#[get("/me")]
async fn me(visitor: &Visitor) -> String {
    format!("you are {}\n", visitor.user.name)
}

#[post("/logout")]
async fn log_out(visitor: &Visitor, sessions: &Sessions, cookies: &mut Cookies) -> NoContent {
    sessions.all().remove(&visitor.session);
    cookies.remove("session");
    NoContent
}
