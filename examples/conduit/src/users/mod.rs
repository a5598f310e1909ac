//! Register, log in, and the user who asks.

mod store;
#[cfg(test)]
mod tests;

use di_server::{openapi::JsonSchema, prelude::*};
use garde::Validate;
use serde::{Deserialize, Serialize};

use crate::{
    App,
    auth::{AuthError, Keys, Token, TokenNotMade, User},
    db::{Db, DbError, Session},
    error::Taken,
    password::{HashError, Hasher, Turn},
    validate::{not_blank, not_blank_if_given, something_given},
};

pub(crate) const ROUTES: Routes<App> = routes![register, login, current_user, update_user];

#[derive(Serialize, JsonSchema)]
struct UserResponse {
    user: UserWithToken,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
struct UserWithToken {
    email: String,
    token: String,
    username: String,
    bio: String,
    image: String,
}

impl UserResponse {
    fn new(user: User, token: String) -> Json<Self> {
        let User { email, username, bio, image, .. } = user;
        Json(Self { user: UserWithToken { email, token, username, bio, image } })
    }
}

#[derive(Debug, thiserror::Error, ApiError)]
enum LoginError {
    #[error("email or password is wrong")]
    #[api(status = 401)]
    Wrong,
    #[error(transparent)]
    #[api(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    #[api(transparent)]
    Token(#[from] TokenNotMade),
    #[error(transparent)]
    #[api(transparent)]
    Db(#[from] DbError),
}

#[derive(Debug, thiserror::Error, ApiError)]
enum SaveError {
    #[error(transparent)]
    #[api(transparent)]
    Taken(#[from] Taken),
    #[error(transparent)]
    #[api(transparent)]
    Token(#[from] TokenNotMade),
    #[error(transparent)]
    #[api(transparent)]
    Db(#[from] DbError),
}

#[derive(Debug, thiserror::Error, ApiError)]
enum UpdateError {
    #[error(transparent)]
    #[api(transparent)]
    Save(#[from] SaveError),
    #[error(transparent)]
    #[api(transparent)]
    Auth(#[from] AuthError),
}

#[derive(Deserialize, JsonSchema, Validate)]
struct NewUserRequest {
    #[garde(dive)]
    user: NewUser,
}

#[derive(Clone, Deserialize, JsonSchema, Validate)]
struct NewUser {
    #[garde(custom(not_blank), length(chars, max = 64))]
    username: String,
    #[garde(email, length(chars, max = 254))]
    email: String,
    #[garde(custom(not_blank), length(chars, max = 128))]
    #[schemars(extend("format" = "password"))]
    password: String,
}

/// The body, which is read once for all that ask for it.
#[provider]
fn new_user(body: Json<NewUserRequest>) -> NewUser {
    body.0.user
}

/// Hashing is done before the transaction begins: that waits for the first query.
struct NewHash(String);

#[provider(blocking)]
fn new_hash(new: &NewUser, hasher: &Hasher, _turn: Turn) -> Result<NewHash, HashError> {
    hasher.hash(&new.password).map(NewHash)
}

/// Register a new user.
#[post("/users", tags = ["User and Authentication"])]
async fn register(
    new: &NewUser,
    hash: &NewHash,
    keys: &Keys,
    session: &mut Session,
) -> Result<Created<Json<UserResponse>>, SaveError> {
    store::check_free(session, None, Some(&new.username), Some(&new.email)).await?;
    let user = store::insert(session, &new.username, &new.email, &hash.0).await?;
    let token = keys.token(user.id)?;
    Ok(Created::at("/api/user", UserResponse::new(user, token)))
}

#[derive(Deserialize, JsonSchema, Validate)]
struct LoginRequest {
    #[garde(dive)]
    user: Login,
}

#[derive(Clone, Deserialize, JsonSchema, Validate)]
struct Login {
    #[garde(custom(not_blank))]
    email: String,
    #[garde(custom(not_blank), length(chars, max = 128))]
    #[schemars(extend("format" = "password"))]
    password: String,
}

#[provider]
fn credentials(body: Json<LoginRequest>) -> Login {
    body.0.user
}

/// The user of the email, with the hash of the password, if there is one.
struct Claimed(Option<(User, String)>);

#[provider]
async fn claimed(login: &Login, db: &Db) -> Result<Claimed, DbError> {
    store::by_email(db, &login.email).await.map(Claimed)
}

/// A user whose password was right.
struct Verified(User);

#[provider(blocking)]
fn verified(login: &Login, claimed: &Claimed, hasher: &Hasher, _turn: Turn) -> Result<Verified, LoginError> {
    let hash = claimed.0.as_ref().map(|(_, hash)| hash.as_str());
    match (hasher.verify(&login.password, hash)?, &claimed.0) {
        (true, Some((user, _))) => Ok(Verified(user.clone())),
        _ => Err(LoginError::Wrong),
    }
}

/// Existing user login.
#[post("/users/login", tags = ["User and Authentication"])]
async fn login(user: &Verified, keys: &Keys) -> Result<Json<UserResponse>, TokenNotMade> {
    Ok(UserResponse::new(user.0.clone(), keys.token(user.0.id)?))
}

/// Get current user.
#[get("/user", tags = ["User and Authentication"])]
async fn current_user(user: &User, token: Bearer<Token>) -> Json<UserResponse> {
    UserResponse::new(user.clone(), token.token().to_owned())
}

#[derive(Deserialize, JsonSchema, Validate)]
struct UpdateUserRequest {
    #[garde(dive, custom(UpdateUser::changes_something))]
    user: UpdateUser,
}

/// What is not there, or `null`, stays as it is.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
struct UpdateUser {
    #[garde(email, length(chars, max = 254))]
    email: Option<String>,
    #[garde(custom(not_blank_if_given), length(chars, max = 128))]
    #[schemars(extend("format" = "password"))]
    password: Option<String>,
    #[garde(custom(not_blank_if_given), length(chars, max = 64))]
    username: Option<String>,
    #[garde(length(chars, max = 10_000))]
    bio: Option<String>,
    #[garde(length(chars, max = 10_000))]
    image: Option<String>,
}

impl UpdateUser {
    fn changes_something(&self, (): &()) -> garde::Result {
        something_given(&[&self.email, &self.password, &self.username, &self.bio, &self.image])
    }
}

#[provider]
fn update(body: Json<UpdateUserRequest>) -> UpdateUser {
    body.0.user
}

/// The hash of the password, if that is changed.
struct ChangedHash(Option<String>);

#[provider(blocking)]
fn changed_hash(update: &UpdateUser, hasher: &Hasher, _turn: Turn) -> Result<ChangedHash, HashError> {
    update.password.as_ref().map(|password| hasher.hash(password)).transpose().map(ChangedHash)
}

/// Update current user.
#[put("/user", tags = ["User and Authentication"])]
async fn update_user(
    user: &User,
    update: &UpdateUser,
    hash: &ChangedHash,
    token: Bearer<Token>,
    session: &mut Session,
) -> Result<Json<UserResponse>, UpdateError> {
    store::check_free(session, Some(user.id), update.username.as_deref(), update.email.as_deref()).await?;
    let changed = store::update(session, user.id, update, hash.0.as_deref()).await?;
    let changed = changed.ok_or(AuthError::NoSuchUser)?;
    Ok(UserResponse::new(changed, token.token().to_owned()))
}
