//! What users say of an article.

use di_server::{openapi::JsonSchema, prelude::*};
use garde::Validate;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::{
    App,
    articles::{ReadError, store},
    auth::User,
    db::{DbError, Session},
    error::{Forbidden, NotFound},
    profiles::{Profile, viewer_id},
    validate::not_blank,
};

pub(crate) const ROUTES: Routes<App> = routes![list, create, remove];

#[derive(Serialize, JsonSchema)]
struct CommentResponse {
    comment: Comment,
}

#[derive(Serialize, JsonSchema)]
struct CommentsResponse {
    comments: Vec<Comment>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Comment {
    id: i64,
    #[schemars(extend("format" = "date-time"))]
    created_at: String,
    #[schemars(extend("format" = "date-time"))]
    updated_at: String,
    body: String,
    author: Profile,
}

#[derive(Debug, thiserror::Error, ApiError)]
enum RemoveError {
    #[error(transparent)]
    #[api(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    #[api(transparent)]
    NotFound(#[from] NotFound),
    #[error(transparent)]
    #[api(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    #[api(transparent)]
    Db(#[from] DbError),
}

/// A query for comments as the user `$1` sees them, which goes on as it says.
macro_rules! select_comments {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.body, c.created_at, c.updated_at, u.username, u.bio, u.image,
                 (SELECT COUNT(*) FROM follows WHERE follower_id = $1 AND followed_id = u.id) AS following
             FROM comments c JOIN users u ON u.id = c.author_id ",
            $rest
        )
    };
}

/// Get comments for an article.
///
/// Auth is optional.
#[get("/articles/{slug}/comments", tags = ["Comments"])]
async fn list(
    /// Slug of the article that you want to get comments for.
    slug: Path<String>,
    viewer: Option<&User>,
    session: &mut Session,
) -> Result<Json<CommentsResponse>, ReadError> {
    let article = store::id(session, &slug).await?;
    let select = sqlx::query_as(select_comments!("WHERE c.article_id = $2 ORDER BY c.id"));
    let select = select.bind(viewer_id(viewer)).bind(article);
    let rows: Vec<Row> = select.fetch_all(session.connection().await?).await.map_err(DbError::from)?;
    Ok(Json(CommentsResponse { comments: rows.into_iter().map(Row::comment).collect() }))
}

#[derive(FromRow)]
struct Row {
    id: i64,
    body: String,
    created_at: String,
    updated_at: String,
    username: String,
    bio: String,
    image: String,
    following: i64,
}

impl Row {
    fn comment(self) -> Comment {
        let Self { id, body, created_at, updated_at, username, bio, image, following } = self;
        let author = Profile { username, bio, image, following: following > 0 };
        Comment { id, body, created_at, updated_at, author }
    }
}

#[derive(Deserialize, JsonSchema, Validate)]
struct NewCommentRequest {
    #[garde(dive)]
    comment: NewComment,
}

#[derive(Deserialize, JsonSchema, Validate)]
struct NewComment {
    #[garde(custom(not_blank))]
    body: String,
}

/// Create a comment for an article.
#[post("/articles/{slug}/comments", tags = ["Comments"])]
async fn create(
    /// Slug of the article that you want to create a comment for.
    slug: Path<String>,
    new: Json<NewCommentRequest>,
    user: &User,
    session: &mut Session,
) -> Result<Json<CommentResponse>, ReadError> {
    let article = store::id(session, &slug).await?;
    let insert = sqlx::query_scalar(
        "INSERT INTO comments (article_id, author_id, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) RETURNING id",
    );
    let insert = insert.bind(article).bind(user.id).bind(&new.0.comment.body).bind(store::now());
    let id: i64 = insert.fetch_one(session.connection().await?).await.map_err(ReadError::of_part)?;
    let select = sqlx::query_as(select_comments!("WHERE c.id = $2")).bind(user.id).bind(id);
    let row: Row = select.fetch_one(session.connection().await?).await.map_err(DbError::from)?;
    Ok(Json(CommentResponse { comment: row.comment() }))
}

/// Delete a comment for an article.
#[delete("/articles/{slug}/comments/{id}", tags = ["Comments"])]
async fn remove(
    /// Slug of the article that you want to delete a comment for.
    slug: Path<String>,
    /// ID of the comment you want to delete.
    id: Path<i64>,
    user: &User,
    session: &mut Session,
) -> Result<NoContent, RemoveError> {
    let article = store::id(session, &slug).await?;
    let select = sqlx::query_scalar("SELECT author_id FROM comments WHERE id = $1 AND article_id = $2");
    let select = select.bind(*id).bind(article);
    let author: Option<i64> = select.fetch_optional(session.connection().await?).await.map_err(DbError::from)?;
    if author.ok_or(NotFound("comment"))? != user.id {
        return Err(Forbidden("comment").into());
    }
    let delete = sqlx::query("DELETE FROM comments WHERE id = $1").bind(*id);
    let deleted = delete.execute(session.connection().await?).await.map_err(DbError::from)?;
    // Another request may have been first, or have deleted the article.
    if deleted.rows_affected() == 0 { Err(NotFound("comment").into()) } else { Ok(NoContent) }
}

#[cfg(test)]
mod tests {
    use di_server::prelude::*;
    use serde_json::{Value, json};

    use crate::testing::{Conduit, on_each_database};

    on_each_database! {
        async fn a_comment_is_there_until_its_author_deletes_it(conduit: Conduit) {
            let (ada, bob) = (conduit.register("ada").await, conduit.register("bob").await);
            let comments = format!("/api/articles/{}/comments", conduit.publish(&ada, "dragons", &[]).await);
            let new = json!({"comment": {"body": "very"}});
            let made: Value = conduit.as_user(Method::POST, &comments, &bob).json(&new).await.assert_status(200).json();
            assert_eq!(made["comment"]["body"], "very");
            assert_eq!(made["comment"]["author"]["username"], "bob");
            let created = made["comment"]["createdAt"].as_str().unwrap();
            assert_eq!(created.len(), "2016-02-18T03:22:56.637Z".len(), "{created}");
            assert_eq!(made["comment"]["updatedAt"], created);

            let listed: Value = conduit.client.get(&comments).await.assert_status(200).json();
            assert_eq!(listed["comments"], json!([made["comment"]]));
            conduit.as_user(Method::POST, "/api/profiles/bob/follow", &ada).await.assert_status(200);
            let listed: Value = conduit.as_user(Method::GET, &comments, &ada).await.json();
            assert_eq!(listed["comments"][0]["author"]["following"], true);
            // Whoever follows themselves is told so by both.
            conduit.as_user(Method::POST, "/api/profiles/ada/follow", &ada).await.assert_status(200);
            let own: Value = conduit.as_user(Method::POST, &comments, &ada).json(&new).await.json();
            let listed: Value = conduit.as_user(Method::GET, &comments, &ada).await.json();
            assert_eq!(own["comment"]["author"]["following"], true);
            assert_eq!(listed["comments"][1], own["comment"]);
            conduit.as_user(Method::DELETE, &format!("{comments}/{}", own["comment"]["id"]), &ada).await.assert_status(204);

            let comment = format!("{comments}/{}", made["comment"]["id"]);
            conduit.client.delete(&comment).await.assert_status(401);
            let refused = conduit.as_user(Method::DELETE, &comment, &ada).await;
            let expected = json!({"errors": {"body": ["only its author may change this comment"]}});
            refused.assert_status(403).assert_json(&expected);
            conduit.as_user(Method::DELETE, &comment, &bob).await.assert_status(204);
            conduit.as_user(Method::DELETE, &comment, &bob).await.assert_status(404);
            conduit.client.get(&comments).await.assert_json(&json!({"comments": []}));
        }

        async fn a_comment_is_not_blank_and_of_an_article_that_there_is(conduit: Conduit) {
            let ada = conduit.register("ada").await;
            let slug = conduit.publish(&ada, "dragons", &[]).await;
            let comments = format!("/api/articles/{slug}/comments");
            let blank = json!({"comment": {"body": " "}});
            let refused = conduit.as_user(Method::POST, &comments, &ada).json(&blank).await;
            refused.assert_status(422).assert_json(&json!({"errors": {"body": ["body can't be blank"]}}));
            let new = json!({"comment": {"body": "very"}});
            conduit.client.post(&comments).json(&new).await.assert_status(401);
            let nowhere = "/api/articles/nowhere/comments";
            conduit.as_user(Method::POST, nowhere, &ada).json(&new).await.assert_status(404);
            conduit.client.get(nowhere).await.assert_status(404);
            conduit.as_user(Method::DELETE, &format!("{comments}/x"), &ada).await.assert_status(422);
        }

        async fn an_article_that_is_being_deleted_gets_no_comment(conduit: Conduit) {
            let ada = conduit.register("ada").await;
            let comments = format!("/api/articles/{}/comments", conduit.publish(&ada, "dragons", &[]).await);
            let new = json!({"comment": {"body": "very"}});
            let request = conduit.as_user(Method::POST, &comments, &ada).json(&new);
            conduit.after("DELETE FROM articles", request).await.assert_status(404);
        }

        async fn of_two_who_delete_a_comment_at_once_one_has_done_it(conduit: Conduit) {
            let ada = conduit.register("ada").await;
            let comments = format!("/api/articles/{}/comments", conduit.publish(&ada, "dragons", &[]).await);
            let new = json!({"comment": {"body": "very"}});
            let made: Value = conduit.as_user(Method::POST, &comments, &ada).json(&new).await.json();
            let request = conduit.as_user(Method::DELETE, &format!("{comments}/{}", made["comment"]["id"]), &ada);
            conduit.after("DELETE FROM comments", request).await.assert_status(404);
        }

        async fn a_comment_that_is_deleted_twice_takes_no_other_with_it(conduit: Conduit) {
            let ada = conduit.register("ada").await;
            let comments = format!("/api/articles/{}/comments", conduit.publish(&ada, "dragons", &[]).await);
            let new = json!({"comment": {"body": "very"}});
            let made: Value = conduit.as_user(Method::POST, &comments, &ada).json(&new).await.json();
            let comment = format!("{comments}/{}", made["comment"]["id"]);
            conduit.as_user(Method::DELETE, &comment, &ada).await.assert_status(204);
            conduit.as_user(Method::POST, &comments, &ada).json(&new).await.assert_status(200);
            conduit.as_user(Method::DELETE, &comment, &ada).await.assert_status(404);
        }

        async fn a_comment_is_deleted_through_its_own_article_alone(conduit: Conduit) {
            let ada = conduit.register("ada").await;
            let (one, other) = (conduit.publish(&ada, "one", &[]).await, conduit.publish(&ada, "other", &[]).await);
            let new = json!({"comment": {"body": "very"}});
            let comments = format!("/api/articles/{one}/comments");
            let made: Value = conduit.as_user(Method::POST, &comments, &ada).json(&new).await.json();
            let wrong = format!("/api/articles/{other}/comments/{}", made["comment"]["id"]);
            conduit.as_user(Method::DELETE, &wrong, &ada).await.assert_status(404);
        }
    }
}
