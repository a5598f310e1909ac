//! Which articles a user likes.

use di_server::prelude::*;

use crate::{
    App,
    articles::{ArticleResponse, ReadError, store},
    auth::User,
    db::{DbError, Session},
};

pub(crate) const ROUTES: Routes<App> = routes![favorite, unfavorite];

/// Favorite an article.
#[post("/articles/{slug}/favorite", tags = ["Favorites"])]
async fn favorite(
    /// Slug of the article that you want to favorite.
    slug: Path<String>,
    user: &User,
    session: &mut Session,
) -> Result<Json<ArticleResponse>, ReadError> {
    let id = store::id(session, &slug).await?;
    let insert = sqlx::query("INSERT INTO favorites (article_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    insert.bind(id).bind(user.id).execute(session.connection().await?).await.map_err(ReadError::of_part)?;
    Ok(Json(ArticleResponse { article: store::by_id(session, Some(user), id).await? }))
}

/// Unfavorite an article.
#[delete("/articles/{slug}/favorite", tags = ["Favorites"])]
async fn unfavorite(
    /// Slug of the article that you want to unfavorite.
    slug: Path<String>,
    user: &User,
    session: &mut Session,
) -> Result<Json<ArticleResponse>, ReadError> {
    let id = store::id(session, &slug).await?;
    let delete = sqlx::query("DELETE FROM favorites WHERE article_id = $1 AND user_id = $2");
    delete.bind(id).bind(user.id).execute(session.connection().await?).await.map_err(DbError::from)?;
    Ok(Json(ArticleResponse { article: store::by_id(session, Some(user), id).await? }))
}

#[cfg(test)]
mod tests {
    use di_server::prelude::*;
    use serde_json::Value;

    use crate::testing::{Conduit, on_each_database};

    async fn seen(conduit: &Conduit, method: Method, uri: &str, token: &str) -> (bool, i64) {
        let response: Value = conduit.as_user(method, uri, token).await.assert_status(200).json();
        let article = &response["article"];
        (article["favorited"].as_bool().unwrap(), article["favoritesCount"].as_i64().unwrap())
    }

    on_each_database! {
        async fn a_favorite_is_counted_once_for_each_user(conduit: Conduit) {
            let (ada, bob) = (conduit.register("ada").await, conduit.register("bob").await);
            let slug = conduit.publish(&ada, "dragons", &[]).await;
            let (article, favorite) = (format!("/api/articles/{slug}"), format!("/api/articles/{slug}/favorite"));
            let other = format!("/api/articles/{}/favorite", conduit.publish(&ada, "wyverns", &[]).await);
            assert_eq!(seen(&conduit, Method::POST, &other, &ada).await, (true, 1));
            assert_eq!(seen(&conduit, Method::POST, &favorite, &ada).await, (true, 1));
            assert_eq!(seen(&conduit, Method::POST, &favorite, &ada).await, (true, 1));
            assert_eq!(seen(&conduit, Method::GET, &article, &bob).await, (false, 1));
            assert_eq!(seen(&conduit, Method::POST, &favorite, &bob).await, (true, 2));
            assert_eq!(seen(&conduit, Method::DELETE, &favorite, &ada).await, (false, 1));
            assert_eq!(seen(&conduit, Method::DELETE, &favorite, &ada).await, (false, 1));
            assert_eq!(seen(&conduit, Method::GET, "/api/articles/wyverns", &ada).await, (true, 1));
            conduit.client.post(&favorite).await.assert_status(401);
            conduit.client.delete(&favorite).await.assert_status(401);
            let nowhere = "/api/articles/nowhere/favorite";
            conduit.as_user(Method::POST, nowhere, &ada).await.assert_status(404);
            conduit.as_user(Method::DELETE, nowhere, &ada).await.assert_status(404);
        }

        async fn an_article_that_is_being_deleted_is_no_favorite(conduit: Conduit) {
            let ada = conduit.register("ada").await;
            for method in [Method::POST, Method::DELETE] {
                let favorite = format!("/api/articles/{}/favorite", conduit.publish(&ada, "dragons", &[]).await);
                conduit.as_user(Method::POST, &favorite, &ada).await.assert_status(200);
                let request = conduit.as_user(method, &favorite, &ada);
                conduit.after("DELETE FROM articles", request).await.assert_status(404);
            }
        }
    }
}
