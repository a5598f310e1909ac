//! All tags that articles have.

use di_server::{openapi::JsonSchema, prelude::*};
use serde::Serialize;

use crate::{
    App,
    db::{Db, DbError},
};

pub(crate) const ROUTES: Routes<App> = routes![tags];

#[derive(Serialize, JsonSchema)]
struct TagsResponse {
    tags: Vec<String>,
}

/// Get tags.
///
/// The most used come first.
#[get("/tags", tags = ["Tags"])]
async fn tags(db: &Db) -> Result<Json<TagsResponse>, DbError> {
    let select = sqlx::query_scalar("SELECT tag FROM article_tags GROUP BY tag ORDER BY COUNT(*) DESC, tag LIMIT 1000");
    Ok(Json(TagsResponse { tags: select.fetch_all(db.pool()).await? }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{Conduit, on_each_database};

    on_each_database! {
        async fn tags_are_those_of_articles(conduit: Conduit) {
            conduit.client.get("/api/tags").await.assert_status(200).assert_json(&json!({"tags": []}));
            let ada = conduit.register("ada").await;
            conduit.publish(&ada, "one", &["training", "dragons", "wings"]).await;
            conduit.publish(&ada, "two", &["dragons"]).await;
            conduit.client.get("/api/tags").await.assert_json(&json!({"tags": ["dragons", "training", "wings"]}));
        }
    }
}
