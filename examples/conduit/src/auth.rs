//! Who asks? `Authorization: Token <jwt>`.
//!
//! A handler that takes `&User` is for users alone; one that takes `Option<&User>` is for anybody, and knows its user if there is
//! one. A token that is not valid is refused by both.

use std::time::{SystemTime, UNIX_EPOCH};

use di_server::{
    AuthScheme, BearerScheme,
    prelude::*,
    security::{KeyPlace, SecurityScheme},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header as JwtHeader, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::{
    App,
    config::Config,
    db::{Db, DbError},
};

/// What the specification calls the scheme, and the word that it has before the token.
pub(crate) struct Token;

impl BearerScheme for Token {
    const SCHEME: SecurityScheme = SecurityScheme {
        name: "Token",
        description: "`Token` and a JWT, had by registering or by logging in.",
        ..SecurityScheme::api_key(KeyPlace::header("Authorization"))
    };
    const WORD: AuthScheme = AuthScheme::new("Token");
}

/// What tokens are signed with.
pub(crate) struct Keys {
    sign: EncodingKey,
    check: DecodingKey,
    seconds: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("no random number could be had")]
pub(crate) struct NoRandom(#[from] getrandom::Error);

#[provider(singleton)]
fn keys(config: &Config) -> Result<Keys, NoRandom> {
    let mut secret = config.jwt_secret.clone().into_bytes();
    if secret.is_empty() {
        tracing::warn!("without a `jwt_secret` tokens are valid until this program ends");
        secret = vec![0; 32];
        getrandom::fill(&mut secret)?;
    }
    Ok(Keys {
        sign: EncodingKey::from_secret(&secret),
        check: DecodingKey::from_secret(&secret),
        seconds: u64::from(config.token_hours) * 60 * 60,
    })
}

/// What a token says: the user's id, and until when.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: i64,
    exp: u64,
}

impl Keys {
    /// A token for this user.
    pub(crate) fn token(&self, user: i64) -> Result<String, TokenNotMade> {
        let claims = Claims { sub: user, exp: now() + self.seconds };
        encode(&JwtHeader::default(), &claims, &self.sign).map_err(TokenNotMade)
    }
}

/// In seconds since 1970, as tokens have it.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("a token could not be signed")]
#[api(status = 500)]
pub(crate) struct TokenNotMade(#[source] jsonwebtoken::errors::Error);

/// The user who asks.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) bio: String,
    pub(crate) image: String,
}

#[derive(Debug, thiserror::Error, ApiError)]
pub(crate) enum AuthError {
    #[error("token is not, or no longer, valid")]
    #[api(status = 401)]
    Token(#[source] jsonwebtoken::errors::Error),
    #[error("token is of a user that does not exist")]
    #[api(status = 401)]
    NoSuchUser,
    #[error(transparent)]
    #[api(transparent)]
    Db(#[from] DbError),
}

/// Looked up outside of the request's transaction: a body may still have to come, and no connection waits for it.
#[provider]
async fn user(token: Bearer<Token>, keys: &Keys, db: &Db) -> Result<User, AuthError> {
    // The algorithm is ours to choose, not the token's.
    let validation = Validation::new(Algorithm::HS256);
    let claims = decode::<Claims>(token.token(), &keys.check, &validation).map_err(AuthError::Token)?.claims;
    let select = sqlx::query_as("SELECT id, username, email, bio, image FROM users WHERE id = $1");
    let user = select.bind(claims.sub).fetch_optional(db.pool()).await.map_err(DbError::from)?;
    user.ok_or(AuthError::NoSuchUser)
}

#[cfg(test)]
mod tests {
    use di_server::prelude::*;
    use serde_json::json;

    use super::{Algorithm, Claims, JwtHeader, Validation, decode, encode, now};
    use crate::testing::{Conduit, on_each_database};

    on_each_database! {
        async fn without_a_token_a_user_is_asked_for_one(conduit: Conduit) {
            let refused = conduit.client.get("/api/user").await;
            refused.assert_status(401).assert_header("www-authenticate", "Token");
            refused.assert_json(&json!({"errors": {"body": ["expected `Authorization: Token <token>`"]}}));
            // Another scheme is none.
            conduit.client.get("/api/user").bearer("a.b.c").await.assert_status(401);
        }

        async fn a_token_that_is_not_valid_is_refused_even_where_none_is_needed(conduit: Conduit) {
            let forged = |uri: &str| conduit.client.get(uri).header("authorization", "Token a.b.c");
            let expected = json!({"errors": {"body": ["token is not, or no longer, valid"]}});
            forged("/api/user").await.assert_status(401).assert_json(&expected);
            forged("/api/articles").await.assert_status(401).assert_json(&expected).assert_header("www-authenticate", "Token");
            forged("/api/tags").await.assert_status(200);
        }

        async fn a_token_of_nobody_is_refused(conduit: Conduit) {
            let token = conduit.client.app().keys.token(4711).unwrap();
            let refused = conduit.as_user(Method::GET, "/api/user", &token).await;
            refused.assert_status(401).assert_json(&json!({"errors": {"body": ["token is of a user that does not exist"]}}));
        }

        async fn a_token_of_who_was_deleted_is_not_that_of_who_comes_next(conduit: Conduit) {
            let eve = conduit.register("eve").await;
            sqlx::query("DELETE FROM users").execute(conduit.client.app().db.pool()).await.unwrap();
            conduit.register("ada").await;
            conduit.as_user(Method::GET, "/api/user", &eve).await.assert_status(401);
        }

        async fn a_token_ends(conduit: Conduit) {
            let user = conduit.register("ada").await;
            conduit.as_user(Method::GET, "/api/user", &user).await.assert_status(200);
            let keys = &conduit.client.app().keys;
            // More than the minute that clocks may differ by.
            let past = Claims { sub: 1, exp: now() - 120 };
            let old = encode(&JwtHeader::default(), &past, &keys.sign).unwrap();
            conduit.as_user(Method::GET, "/api/user", &old).await.assert_status(401);
        }

        async fn a_token_lasts_as_long_as_is_set(conduit: Conduit) {
            let keys = &conduit.client.app().keys;
            let (before, token, after) = (now(), keys.token(1).unwrap(), now());
            let claims = decode::<Claims>(&token, &keys.check, &Validation::new(Algorithm::HS256)).unwrap().claims;
            let lasts = u64::from(conduit.client.app().config.token_hours) * 60 * 60;
            assert!((before + lasts..=after + lasts).contains(&claims.exp), "{}", claims.exp);
        }
    }
}
