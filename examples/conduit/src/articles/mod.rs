//! Articles: lists of them, the feed, and each by itself.

mod page;
mod slug;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use di_server::{openapi::JsonSchema, prelude::*};
use garde::Validate;
use serde::{Deserialize, Serialize};

use self::page::{Filter, Page};
use crate::{
    App,
    auth::User,
    db::{DbError, Session},
    error::{Forbidden, NotFound},
    profiles::Profile,
    validate::{not_blank, not_blank_if_given, something_given},
};

pub(crate) const ROUTES: Routes<App> = routes![feed, list, create, read, update, remove];

#[derive(Serialize, JsonSchema)]
pub(crate) struct ArticleResponse {
    pub(crate) article: Article,
}

/// With the body, as it is when it is asked for by itself.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Article {
    #[serde(flatten)]
    preview: Preview,
    body: String,
}

/// Without the body, as it is in lists.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Preview {
    slug: String,
    title: String,
    description: String,
    tag_list: Vec<String>,
    #[schemars(extend("format" = "date-time"))]
    created_at: String,
    #[schemars(extend("format" = "date-time"))]
    updated_at: String,
    favorited: bool,
    favorites_count: i64,
    author: Profile,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ArticlesResponse {
    articles: Vec<Preview>,
    /// Of all pages.
    articles_count: i64,
}

/// What can be wrong with reading an article.
#[derive(Debug, thiserror::Error, ApiError)]
pub(crate) enum ReadError {
    #[error(transparent)]
    #[api(transparent)]
    NotFound(#[from] NotFound),
    #[error(transparent)]
    #[api(transparent)]
    Db(#[from] DbError),
}

impl ReadError {
    /// Of an insert of what belongs to an article: another request may have deleted that since it was looked up.
    pub(crate) fn of_part(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) if error.is_foreign_key_violation() => NotFound("article").into(),
            error => DbError::from(error).into(),
        }
    }
}

/// What can be wrong with changing one.
#[derive(Debug, thiserror::Error, ApiError)]
enum ChangeError {
    #[error(transparent)]
    #[api(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    #[api(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    #[api(transparent)]
    Db(#[from] DbError),
}

/// Get recent articles globally.
///
/// Get most recent articles globally. Use query parameters to filter results. Auth is optional.
#[get("/articles", tags = ["Articles"])]
async fn list(
    filter: Query<Filter>,
    page: Query<Page>,
    viewer: Option<&User>,
    session: &mut Session,
) -> Result<Json<ArticlesResponse>, DbError> {
    let articles = store::list(session, viewer, &filter, &page).await?;
    let articles_count = store::count(session, &filter).await?;
    Ok(Json(ArticlesResponse { articles, articles_count }))
}

/// Get recent articles from users you follow.
#[get("/articles/feed", tags = ["Articles"])]
async fn feed(page: Query<Page>, user: &User, session: &mut Session) -> Result<Json<ArticlesResponse>, DbError> {
    let articles = store::feed(session, user, &page).await?;
    let articles_count = store::count_feed(session, user).await?;
    Ok(Json(ArticlesResponse { articles, articles_count }))
}

#[derive(Deserialize, JsonSchema, Validate)]
struct NewArticleRequest {
    #[garde(dive)]
    article: NewArticle,
}

#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
struct NewArticle {
    #[garde(custom(not_blank), length(chars, max = 200))]
    title: String,
    #[garde(custom(not_blank), length(chars, max = 1000))]
    description: String,
    #[garde(custom(not_blank))]
    body: String,
    #[serde(default)]
    #[garde(length(max = 32), inner(custom(not_blank), length(chars, max = 64)))]
    tag_list: Vec<String>,
}

/// Create an article.
#[post("/articles", tags = ["Articles"])]
async fn create(
    body: Json<NewArticleRequest>,
    author: &User,
    session: &mut Session,
) -> Result<Created<Json<ArticleResponse>>, DbError> {
    let article = store::insert(session, author, &body.0.article).await?;
    let location = format!("/api/articles/{}", article.preview.slug);
    Ok(Created::at(location, Json(ArticleResponse { article })))
}

/// Get an article.
///
/// Auth not required.
#[get("/articles/{slug}", tags = ["Articles"])]
async fn read(
    /// Slug of the article to get.
    slug: Path<String>,
    viewer: Option<&User>,
    session: &mut Session,
) -> Result<Json<ArticleResponse>, ReadError> {
    let id = store::id(session, &slug).await?;
    Ok(Json(ArticleResponse { article: store::by_id(session, viewer, id).await? }))
}

#[derive(Deserialize, JsonSchema, Validate)]
struct UpdateArticleRequest {
    #[garde(dive, custom(UpdateArticle::changes_something))]
    article: UpdateArticle,
}

/// What is not there, or `null`, stays as it is.
#[derive(Deserialize, JsonSchema, Validate)]
struct UpdateArticle {
    #[garde(custom(not_blank_if_given), length(chars, max = 200))]
    title: Option<String>,
    #[garde(custom(not_blank_if_given), length(chars, max = 1000))]
    description: Option<String>,
    #[garde(custom(not_blank_if_given))]
    body: Option<String>,
}

impl UpdateArticle {
    fn changes_something(&self, (): &()) -> garde::Result {
        something_given(&[&self.title, &self.description, &self.body])
    }
}

/// Update an article.
///
/// A new title makes a new slug.
#[put("/articles/{slug}", tags = ["Articles"])]
async fn update(
    /// Slug of the article to update.
    slug: Path<String>,
    body: Json<UpdateArticleRequest>,
    author: &User,
    session: &mut Session,
) -> Result<Json<ArticleResponse>, ChangeError> {
    let id = own(session, &slug, author).await?;
    store::update(session, id, &body.0.article).await?;
    Ok(Json(ArticleResponse { article: store::by_id(session, Some(author), id).await? }))
}

/// Delete an article.
#[delete("/articles/{slug}", tags = ["Articles"])]
async fn remove(
    /// Slug of the article to delete.
    slug: Path<String>,
    author: &User,
    session: &mut Session,
) -> Result<NoContent, ChangeError> {
    let id = own(session, &slug, author).await?;
    store::delete(session, id).await?;
    Ok(NoContent)
}

/// The id of an article that is the user's own.
async fn own(session: &mut Session, slug: &str, user: &User) -> Result<i64, ChangeError> {
    let (id, author) = store::id_and_author(session, slug).await?;
    if author == user.id { Ok(id) } else { Err(Forbidden("article").into()) }
}
