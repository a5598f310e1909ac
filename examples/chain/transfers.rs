//! Credits from one user to another: writes that all happen, or none.

use di_server::{openapi::JsonSchema, prelude::*};
use serde::{Deserialize, Serialize};

use crate::{App, auth::User, db::Session, error::ApiError};

pub(crate) const ROUTES: Routes<App> = routes![transfer];

#[derive(Deserialize, Serialize, JsonSchema)]
struct Transfer {
    to: i64,
    amount: u32,
}

/// Gives first and takes then. If the sender has too little, the second write fails, and the teardown of `Session` undoes
/// the first. That there is a receiver is looked at by the database, when it commits: if not, the 201 becomes a 500.
#[post("/transfers")]
async fn transfer(
    Json(order): Json<Transfer>,
    user: &User,
    session: &mut Session,
) -> Result<(StatusCode, Json<Transfer>), ApiError> {
    if order.to == user.id {
        return Err(ApiError::Unfit("a transfer is to another user"));
    }
    let give = sqlx::query("UPDATE users SET credits = credits + ? WHERE id = ?");
    give.bind(order.amount).bind(order.to).execute(session.connection().await?).await?;

    let take = sqlx::query("UPDATE users SET credits = credits - ? WHERE id = ?");
    match take.bind(order.amount).bind(user.id).execute(session.connection().await?).await {
        Err(sqlx::Error::Database(error)) if error.is_check_violation() => return Err(ApiError::TooFewCredits),
        taken => taken?,
    };

    let record = sqlx::query("INSERT INTO transfers (sender, receiver, amount) VALUES (?, ?, ?)");
    record.bind(user.id).bind(order.to).bind(order.amount).execute(session.connection().await?).await?;
    Ok((StatusCode::CREATED, Json(order)))
}
