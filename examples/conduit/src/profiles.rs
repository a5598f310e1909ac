//! Users as others see them, and who follows whom.

use di_server::{openapi::JsonSchema, prelude::*};
use serde::Serialize;
use sqlx::FromRow;

use crate::{
    App,
    auth::User,
    db::{DbError, Session},
    error::NotFound,
};

pub(crate) const ROUTES: Routes<App> = routes![show, follow, unfollow];

#[derive(Serialize, JsonSchema)]
struct ProfileResponse {
    profile: Profile,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Profile {
    pub(crate) username: String,
    pub(crate) bio: String,
    pub(crate) image: String,
    pub(crate) following: bool,
}

#[derive(Debug, thiserror::Error, ApiError)]
enum ProfileError {
    #[error(transparent)]
    #[api(transparent)]
    NotFound(#[from] NotFound),
    #[error(transparent)]
    #[api(transparent)]
    Db(#[from] DbError),
}

/// Get a profile.
///
/// Auth is optional.
#[get("/profiles/{username}", tags = ["Profile"])]
async fn show(
    /// Username of the profile to get.
    username: Path<String>,
    viewer: Option<&User>,
    session: &mut Session,
) -> Result<Json<ProfileResponse>, ProfileError> {
    let found = find(session, viewer, &username).await?;
    Ok(Json(ProfileResponse { profile: found.profile() }))
}

/// Follow a user.
#[post("/profiles/{username}/follow", tags = ["Profile"])]
async fn follow(
    /// Username of the profile you want to follow.
    username: Path<String>,
    user: &User,
    session: &mut Session,
) -> Result<Json<ProfileResponse>, ProfileError> {
    let found = find(session, Some(user), &username).await?;
    let insert = sqlx::query("INSERT INTO follows (follower_id, followed_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    let insert = insert.bind(user.id).bind(found.id);
    insert.execute(session.connection().await?).await.map_err(DbError::from)?;
    Ok(Json(ProfileResponse { profile: Profile { following: true, ..found.profile() } }))
}

/// Unfollow a user.
#[delete("/profiles/{username}/follow", tags = ["Profile"])]
async fn unfollow(
    /// Username of the profile you want to unfollow.
    username: Path<String>,
    user: &User,
    session: &mut Session,
) -> Result<Json<ProfileResponse>, ProfileError> {
    let found = find(session, Some(user), &username).await?;
    let delete = sqlx::query("DELETE FROM follows WHERE follower_id = $1 AND followed_id = $2");
    let delete = delete.bind(user.id).bind(found.id);
    delete.execute(session.connection().await?).await.map_err(DbError::from)?;
    Ok(Json(ProfileResponse { profile: Profile { following: false, ..found.profile() } }))
}

#[derive(FromRow)]
struct Found {
    id: i64,
    username: String,
    bio: String,
    image: String,
    /// How often the viewer follows: never, or once. What is true is not the same in both databases, numbers are.
    following: i64,
}

impl Found {
    fn profile(self) -> Profile {
        Profile { username: self.username, bio: self.bio, image: self.image, following: self.following > 0 }
    }
}

async fn find(session: &mut Session, viewer: Option<&User>, username: &str) -> Result<Found, ProfileError> {
    let select = sqlx::query_as(
        "SELECT id, username, bio, image,
             (SELECT COUNT(*) FROM follows WHERE follower_id = $1 AND followed_id = users.id) AS following
         FROM users WHERE username = $2",
    );
    let select = select.bind(viewer_id(viewer)).bind(username);
    let found: Option<Found> = select.fetch_optional(session.connection().await?).await.map_err(DbError::from)?;
    Ok(found.ok_or(NotFound("profile"))?)
}

/// The id that queries know a viewer by; no user has the id 0.
pub(crate) fn viewer_id(viewer: Option<&User>) -> i64 {
    viewer.map_or(0, |viewer| viewer.id)
}

#[cfg(test)]
mod tests {
    use di_server::prelude::*;
    use serde_json::{Value, json};

    use crate::testing::{Conduit, on_each_database};

    fn bob(following: bool) -> Value {
        json!({"profile": {"username": "bob", "bio": "", "image": "", "following": following}})
    }

    on_each_database! {
        async fn anybody_sees_a_profile(conduit: Conduit) {
            conduit.register("bob").await;
            conduit.client.get("/api/profiles/bob").await.assert_status(200).assert_json(&bob(false));
            let missing = conduit.client.get("/api/profiles/eve").await;
            missing.assert_status(404).assert_json(&json!({"errors": {"body": ["profile not found"]}}));
        }

        async fn who_follows_sees_it_until_the_end_of_it(conduit: Conduit) {
            let (ada, eve) = (conduit.register("ada").await, conduit.register("eve").await);
            conduit.register("bob").await;
            conduit.as_user(Method::POST, "/api/profiles/eve/follow", &ada).await.assert_status(200);
            // Twice is as good as once.
            for _ in 0..2 {
                let followed = conduit.as_user(Method::POST, "/api/profiles/bob/follow", &ada).await;
                followed.assert_status(200).assert_json(&bob(true));
            }
            conduit.as_user(Method::GET, "/api/profiles/bob", &ada).await.assert_json(&bob(true));
            conduit.as_user(Method::GET, "/api/profiles/bob", &eve).await.assert_json(&bob(false));
            for _ in 0..2 {
                let left = conduit.as_user(Method::DELETE, "/api/profiles/bob/follow", &ada).await;
                left.assert_status(200).assert_json(&bob(false));
            }
            conduit.as_user(Method::GET, "/api/profiles/bob", &ada).await.assert_json(&bob(false));
            // Whom else one follows is as it was.
            let other: Value = conduit.as_user(Method::GET, "/api/profiles/eve", &ada).await.json();
            assert_eq!(other["profile"]["following"], true);
        }

        async fn only_users_follow_and_only_whom_there_is(conduit: Conduit) {
            let ada = conduit.register("ada").await;
            conduit.client.post("/api/profiles/ada/follow").await.assert_status(401);
            conduit.client.delete("/api/profiles/ada/follow").await.assert_status(401);
            conduit.as_user(Method::POST, "/api/profiles/eve/follow", &ada).await.assert_status(404);
            conduit.as_user(Method::DELETE, "/api/profiles/eve/follow", &ada).await.assert_status(404);
        }
    }
}
