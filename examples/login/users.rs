//! Who there is, and who somebody is that has a name and a password.

use di_server::{openapi::JsonSchema, prelude::*, same_secret};
use serde::Deserialize;

use crate::App;

#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    /// A real application stores a hash: see the example `chain`.
    password: &'static str,
    /// What the user may do.
    pub(crate) scopes: &'static str,
}

const USERS: [User; 2] = [
    User { name: "ada", password: "lovelace", scopes: "notes:read notes:write" },
    User { name: "grace", password: "hopper", scopes: "notes:read" },
];

/// A form that asks to be let in, as [RFC 6749 §4.3.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.3.2) has it.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct LoginForm {
    /// Of who asks for a token.
    pub(crate) grant_type: Option<String>,
    username: String,
    password: String,
}

/// What can be wrong with somebody who asks.
#[derive(Debug, thiserror::Error, ApiError)]
pub(crate) enum AuthError {
    #[error("no such name and password")]
    #[api(status = 403, title = "Not let in")]
    Unknown,
    #[error("no token is had in this way")]
    #[api(transparent)]
    GrantType(Problem),
    #[error("the session has ended")]
    #[api(transparent)]
    Ended(Problem),
    #[error("the token is not, or no longer, valid")]
    #[api(transparent)]
    Token(Problem),
    #[error("no token could be made")]
    #[api(status = 500)]
    Making(#[source] jsonwebtoken::errors::Error),
    #[error("no random number could be had")]
    #[api(status = 500)]
    Random(#[from] getrandom::Error),
}

/// Read once for all that ask for it.
#[provider]
fn form(Form(form): Form<LoginForm>) -> LoginForm {
    form
}

/// The user whose name and password the body has.
#[provider]
fn verified(form: &LoginForm) -> Result<User, AuthError> {
    let user = USERS.into_iter().find(|user| user.name == form.username).ok_or(AuthError::Unknown)?;
    if same_secret(user.password, &form.password) { Ok(user) } else { Err(AuthError::Unknown) }
}
