//! Queries.

use jiff::Timestamp;
use sqlx::{Connection as _, FromRow};

use super::{
    Article, NewArticle, Preview, ReadError, UpdateArticle,
    page::{Filter, Page},
    slug,
};
use crate::{
    auth::User,
    db::{DbError, Session},
    error::NotFound,
    profiles::{Profile, viewer_id},
};

/// When it is now, as it is kept and shown: to the millisecond, so that texts are in the order of times.
pub(crate) fn now() -> String {
    format!("{:.3}", Timestamp::now())
}

/// An article as the database gives it. What is true is not the same in both databases, so it counts; tags are lines.
#[derive(FromRow)]
struct Row {
    slug: String,
    title: String,
    description: String,
    body: String,
    created_at: String,
    updated_at: String,
    tags: Option<String>,
    favorited: i64,
    favorites_count: i64,
    username: String,
    bio: String,
    image: String,
    following: i64,
}

/// A query for articles as the user `$1` sees them, which goes on as it says.
macro_rules! select_articles {
    ($rest:literal) => {
        concat!(
            "SELECT a.slug, a.title, a.description, a.body, a.created_at, a.updated_at,
                 (SELECT string_agg(tag, '\n' ORDER BY place) FROM article_tags WHERE article_id = a.id) AS tags,
                 (SELECT COUNT(*) FROM favorites WHERE article_id = a.id AND user_id = $1) AS favorited,
                 (SELECT COUNT(*) FROM favorites WHERE article_id = a.id) AS favorites_count,
                 u.username, u.bio, u.image,
                 (SELECT COUNT(*) FROM follows WHERE follower_id = $1 AND followed_id = u.id) AS following
             FROM articles a JOIN users u ON u.id = a.author_id ",
            $rest
        )
    };
}

impl Row {
    fn article(self) -> Article {
        let author =
            Profile { username: self.username, bio: self.bio, image: self.image, following: self.following > 0 };
        let preview = Preview {
            slug: self.slug,
            title: self.title,
            description: self.description,
            tag_list: self.tags.iter().flat_map(|tags| tags.lines()).map(str::to_owned).collect(),
            created_at: self.created_at,
            updated_at: self.updated_at,
            favorited: self.favorited > 0,
            favorites_count: self.favorites_count,
            author,
        };
        Article { preview, body: self.body }
    }
}

pub(super) async fn list(
    session: &mut Session,
    viewer: Option<&User>,
    filter: &Filter,
    page: &Page,
) -> Result<Vec<Preview>, DbError> {
    let select = sqlx::query_as(select_articles!(
        "WHERE ($2 IS NULL OR a.id IN (SELECT article_id FROM article_tags WHERE tag = $2))
           AND ($3 IS NULL OR u.username = $3)
           AND ($4 IS NULL OR a.id IN (SELECT article_id FROM favorites f JOIN users ON users.id = f.user_id
                                       WHERE users.username = $4))
         ORDER BY a.id DESC LIMIT $5 OFFSET $6"
    ));
    let select = select
        .bind(viewer_id(viewer))
        .bind(filter.tag.as_deref().map(squeezed))
        .bind(&filter.author)
        .bind(&filter.favorited);
    let select = select.bind(page.limit()).bind(page.offset());
    let rows: Vec<Row> = select.fetch_all(session.connection().await?).await?;
    Ok(rows.into_iter().map(|row| row.article().preview).collect())
}

pub(super) async fn count(session: &mut Session, filter: &Filter) -> Result<i64, DbError> {
    let select = sqlx::query_scalar(
        "SELECT COUNT(*) FROM articles a JOIN users u ON u.id = a.author_id
         WHERE ($1 IS NULL OR a.id IN (SELECT article_id FROM article_tags WHERE tag = $1))
           AND ($2 IS NULL OR u.username = $2)
           AND ($3 IS NULL OR a.id IN (SELECT article_id FROM favorites f JOIN users ON users.id = f.user_id
                                       WHERE users.username = $3))",
    );
    let select = select.bind(filter.tag.as_deref().map(squeezed)).bind(&filter.author).bind(&filter.favorited);
    Ok(select.fetch_one(session.connection().await?).await?)
}

pub(super) async fn feed(session: &mut Session, user: &User, page: &Page) -> Result<Vec<Preview>, DbError> {
    let select = sqlx::query_as(select_articles!(
        "WHERE a.author_id IN (SELECT followed_id FROM follows WHERE follower_id = $1)
         ORDER BY a.id DESC LIMIT $2 OFFSET $3"
    ));
    let select = select.bind(user.id).bind(page.limit()).bind(page.offset());
    let rows: Vec<Row> = select.fetch_all(session.connection().await?).await?;
    Ok(rows.into_iter().map(|row| row.article().preview).collect())
}

pub(super) async fn count_feed(session: &mut Session, user: &User) -> Result<i64, DbError> {
    let select = sqlx::query_scalar(
        "SELECT COUNT(*) FROM articles WHERE author_id IN (SELECT followed_id FROM follows WHERE follower_id = $1)",
    );
    Ok(select.bind(user.id).fetch_one(session.connection().await?).await?)
}

async fn select(session: &mut Session, viewer: Option<&User>, id: i64) -> Result<Option<Article>, DbError> {
    let select = sqlx::query_as(select_articles!("WHERE a.id = $2")).bind(viewer_id(viewer)).bind(id);
    let row: Option<Row> = select.fetch_optional(session.connection().await?).await?;
    Ok(row.map(Row::article))
}

/// The article, if another request has not deleted it since its id was looked up.
pub(crate) async fn by_id(session: &mut Session, viewer: Option<&User>, id: i64) -> Result<Article, ReadError> {
    Ok(select(session, viewer, id).await?.ok_or(NotFound("article"))?)
}

pub(crate) async fn id(session: &mut Session, slug: &str) -> Result<i64, ReadError> {
    id_and_author(session, slug).await.map(|(id, _)| id)
}

pub(super) async fn id_and_author(session: &mut Session, slug: &str) -> Result<(i64, i64), ReadError> {
    let select = sqlx::query_as("SELECT id, author_id FROM articles WHERE slug = $1").bind(slug);
    let found = select.fetch_optional(session.connection().await?).await.map_err(DbError::from)?;
    Ok(found.ok_or(NotFound("article"))?)
}

pub(super) async fn insert(session: &mut Session, author: &User, new: &NewArticle) -> Result<Article, DbError> {
    let now = now();
    let mut made = None;
    for slug in slug::choices(&new.title) {
        made = insert_as(session, &slug, author, new, &now).await?;
        if made.is_some() {
            break;
        }
    }
    let id = made.ok_or_else(no_slug)?;
    for (place, tag) in (0_i64..).zip(&new.tag_list) {
        // Given twice, it is there once.
        let insert =
            sqlx::query("INSERT INTO article_tags (article_id, place, tag) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
        insert.bind(id).bind(place).bind(squeezed(tag)).execute(session.connection().await?).await?;
    }
    // It is there: nobody else sees it before the commit.
    Ok(select(session, Some(author), id).await?.ok_or(sqlx::Error::RowNotFound)?)
}

/// A tag as it is kept and asked for: one line, with one space between words.
fn squeezed(tag: &str) -> String {
    tag.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `None` if the slug is taken. A conflict that is an error would end the transaction.
async fn insert_as(
    session: &mut Session,
    slug: &str,
    author: &User,
    new: &NewArticle,
    now: &str,
) -> Result<Option<i64>, DbError> {
    let insert = sqlx::query_scalar(
        "INSERT INTO articles (author_id, slug, title, description, body, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (slug) DO NOTHING RETURNING id",
    );
    let insert = insert.bind(author.id).bind(slug).bind(&new.title).bind(&new.description).bind(&new.body).bind(now);
    Ok(insert.fetch_optional(session.connection().await?).await?)
}

fn no_slug() -> DbError {
    DbError::Failed(sqlx::Error::Protocol("many articles of one title in one microsecond".to_owned()))
}

pub(super) async fn update(session: &mut Session, id: i64, change: &UpdateArticle) -> Result<(), DbError> {
    let slugs = match &change.title {
        Some(title) => slug::choices(title).map(Some).collect(),
        None => vec![None],
    };
    for slug in slugs {
        if update_as(session, id, slug, change).await? {
            return Ok(());
        }
    }
    Err(no_slug())
}

/// Whether the slug is free, which only the update itself can tell: another request may be about to take it. Hence a transaction
/// within the request's, which goes on without it. A title that stays keeps its slug.
async fn update_as(
    session: &mut Session,
    id: i64,
    slug: Option<String>,
    change: &UpdateArticle,
) -> Result<bool, DbError> {
    let mut attempt = session.connection().await?.begin().await?;
    let update = sqlx::query(
        "UPDATE articles SET slug = CASE WHEN title = $3 THEN slug ELSE COALESCE($2, slug) END,
             title = COALESCE($3, title), description = COALESCE($4, description), body = COALESCE($5, body), updated_at = $6
         WHERE id = $1",
    );
    let update = update.bind(id).bind(slug).bind(&change.title).bind(&change.description).bind(&change.body);
    match update.bind(now()).execute(&mut *attempt).await {
        Ok(_) => attempt.commit().await?,
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            attempt.rollback().await?;
            return Ok(false);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(true)
}

/// With its tags, comments and favorites. `NotFound` if another request was first.
pub(super) async fn delete(session: &mut Session, id: i64) -> Result<(), ReadError> {
    let delete = sqlx::query("DELETE FROM articles WHERE id = $1").bind(id);
    let deleted = delete.execute(session.connection().await?).await.map_err(DbError::from)?;
    if deleted.rows_affected() == 0 { Err(NotFound("article").into()) } else { Ok(()) }
}
