//! Notes of a user: list, add, read, delete.

use di_server::{openapi::JsonSchema, prelude::*};
use serde::{Deserialize, Serialize};

use crate::{App, TABLE, auth::User, db::Session, error::ApiError};

pub(crate) const ROUTES: Routes<App> = routes![list, add, read, remove];

/// Which part of a list: a struct whose fields are injected, here two optional inputs of the query.
#[derive(Provider)]
pub(crate) struct Page {
    limit: Option<Query<u32>>,
    offset: Option<Query<u32>>,
}

impl Page {
    pub(crate) fn limit(&self) -> u32 {
        self.limit.map_or(20, |limit| limit.0.min(100))
    }

    pub(crate) fn offset(&self) -> u32 {
        self.offset.map_or(0, |offset| offset.0)
    }
}

#[derive(Serialize, JsonSchema)]
struct Note {
    id: i64,
    text: String,
}

#[derive(Deserialize, JsonSchema)]
struct NewNote {
    text: String,
}

#[get("")]
async fn list(page: Page, user: &User, session: &mut Session) -> Result<Json<Vec<Note>>, ApiError> {
    let select = sqlx::query_as("SELECT id, text FROM notes WHERE user_id = ? ORDER BY id LIMIT ? OFFSET ?");
    let rows =
        select.bind(user.id).bind(page.limit()).bind(page.offset()).fetch_all(session.connection().await?).await?;
    Ok(Json(rows.into_iter().map(|(id, text)| Note { id, text }).collect()))
}

#[post("")]
async fn add(new: Json<NewNote>, user: &User, session: &mut Session) -> Result<Created<Json<Note>>, ApiError> {
    let insert = sqlx::query_scalar("INSERT INTO notes (user_id, text) VALUES (?, ?) RETURNING id");
    let id = insert.bind(user.id).bind(&new.text).fetch_one(session.connection().await?).await?;
    Ok(Created::at(uri!(TABLE, read(id)), Json(Note { id, text: new.0.text })))
}

#[get("/{id}")]
async fn read(id: Path<i64>, user: &User, session: &mut Session) -> Result<Json<Note>, ApiError> {
    let select = sqlx::query_as("SELECT id, text FROM notes WHERE id = ? AND user_id = ?");
    let (id, text) = select.bind(*id).bind(user.id).fetch_one(session.connection().await?).await?;
    Ok(Json(Note { id, text }))
}

#[delete("/{id}")]
async fn remove(id: Path<i64>, user: &User, session: &mut Session) -> Result<NoContent, ApiError> {
    let delete = sqlx::query("DELETE FROM notes WHERE id = ? AND user_id = ?");
    let done = delete.bind(*id).bind(user.id).execute(session.connection().await?).await?;
    if done.rows_affected() == 0 { Err(ApiError::NotFound) } else { Ok(NoContent) }
}
