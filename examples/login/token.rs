//! Programs show a signed token, which says what it may be used for.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use di_server::{
    BearerScheme,
    openapi::JsonSchema,
    prelude::*,
    security::{OAuthFlow, SecurityScheme},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header as JwtHeader, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::{
    App,
    users::{AuthError, LoginForm, User},
};

pub(crate) const ROUTES: Routes<App> = routes![list, add];

/// How long a token is valid.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Tokens are had at `/token`, for a name and a password: what a description of the application says.
pub(crate) struct Login;

impl BearerScheme for Login {
    const SCHEME: SecurityScheme = SecurityScheme::oauth2(
        "login",
        &[OAuthFlow::password("/token", &[("notes:read", "Read notes"), ("notes:write", "Add notes")])],
    );
}

pub(crate) struct NotesRead;

impl SecurityScope for NotesRead {
    const NAME: ScopeName = ScopeName::new("notes:read");
}

pub(crate) struct NotesWrite;

impl SecurityScope for NotesWrite {
    const NAME: ScopeName = ScopeName::new("notes:write");
}

/// What tokens are signed with.
pub(crate) struct Keys {
    sign: EncodingKey,
    check: DecodingKey,
}

impl Keys {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self { sign: EncodingKey::from_secret(secret), check: DecodingKey::from_secret(secret) }
    }
}

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    sub: String,
    scope: String,
    exp: u64,
}

/// The claims of a token whose signature is right and whose time has not come.
#[provider]
fn claims(token: Bearer<Login>, keys: &Keys) -> Result<Claims, AuthError> {
    // The algorithm is ours to choose, not the token's.
    let checked = decode::<Claims>(token.token(), &keys.check, &Validation::new(Algorithm::HS256));
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    checked.map(|token| token.claims).map_err(|error| {
        let problem = Problem::new(StatusCode::UNAUTHORIZED).detail(format!("the token is not valid: {error}"));
        AuthError::Token(problem.header(header::WWW_AUTHENTICATE, challenge))
    })
}

#[provider]
fn granted(claims: &Claims) -> GrantedScopes {
    GrantedScopes::parse(&claims.scope)
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Token {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: &'static str,
}

/// What asks for a token in the one way that there is.
pub(crate) struct PasswordGrant;

#[provider]
fn password_grant(form: &LoginForm) -> Result<PasswordGrant, AuthError> {
    if form.grant_type.as_deref() == Some("password") {
        return Ok(PasswordGrant);
    }
    let problem = Problem::new(StatusCode::BAD_REQUEST).detail("a token is had by `grant_type=password`");
    Err(AuthError::GrantType(problem.member("error", "unsupported_grant_type")))
}

/// Kept by nobody on the way.
type Unstored<T> = ([(HeaderName, &'static str); 1], T);

#[post("/token")]
pub(crate) async fn token(_: &PasswordGrant, user: &User, keys: &Keys) -> Result<Unstored<Json<Token>>, AuthError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let claims = Claims { sub: user.name.to_owned(), scope: user.scopes.to_owned(), exp: (now + LIFETIME).as_secs() };
    let access_token = encode(&JwtHeader::default(), &claims, &keys.sign).map_err(AuthError::Making)?;
    let token = Token { access_token, token_type: "bearer", expires_in: LIFETIME.as_secs(), scope: user.scopes };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(token)))
}

#[get("/notes", scopes = [NotesRead])]
async fn list(claims: &Claims) -> String {
    format!("notes of {}\n", claims.sub)
}

#[post("/notes", scopes = [NotesWrite])]
async fn add(claims: &Claims, note: String) -> (StatusCode, String) {
    (StatusCode::CREATED, format!("{} noted {note}\n", claims.sub))
}
