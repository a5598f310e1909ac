use di_server::prelude::*;
use serde_json::{Value, json};

use crate::testing::{Conduit, on_each_database};

async fn slugs(conduit: &Conduit, uri: &str) -> (Vec<String>, i64) {
    let listed: Value = conduit.client.get(uri).await.assert_status(200).json();
    of(&listed)
}

fn of(listed: &Value) -> (Vec<String>, i64) {
    let articles = listed["articles"].as_array().unwrap();
    let slugs = articles.iter().map(|article| article["slug"].as_str().unwrap().to_owned()).collect();
    (slugs, listed["articlesCount"].as_i64().unwrap())
}

on_each_database! {
    async fn an_article_is_what_its_author_has_written(conduit: Conduit) {
        let ada = conduit.register("ada").await;
        let new = json!({"article": {
            "title": "How to train your dragon", "description": "Ever wonder how?", "body": "You have to believe",
            "tagList": ["training", "dragons", "training"],
        }});
        let made = conduit.as_user(Method::POST, "/api/articles", &ada).json(&new).await;
        made.assert_status(201).assert_header("location", "/api/articles/how-to-train-your-dragon");
        let made: Value = made.json();
        let article = &made["article"];
        let created = article["createdAt"].as_str().unwrap();
        assert_eq!(created.len(), "2016-02-18T03:22:56.637Z".len(), "{created}");
        assert_eq!(*article, json!({
            "slug": "how-to-train-your-dragon", "title": "How to train your dragon", "description": "Ever wonder how?",
            "body": "You have to believe", "tagList": ["training", "dragons"], "createdAt": created, "updatedAt": created,
            "favorited": false, "favoritesCount": 0,
            "author": {"username": "ada", "bio": "", "image": "", "following": false},
        }));
        conduit.client.get("/api/articles/how-to-train-your-dragon").await.assert_status(200).assert_json(&made);
        let listed: Value = conduit.client.get("/api/articles").await.json();
        let mut preview = article.clone();
        preview.as_object_mut().unwrap().remove("body");
        assert_eq!(listed, json!({"articles": [preview], "articlesCount": 1}));
    }

    async fn articles_of_one_title_have_slugs_of_their_own(conduit: Conduit) {
        let ada = conduit.register("ada").await;
        let first = conduit.publish(&ada, "Dragons", &[]).await;
        let second = conduit.publish(&ada, "Dragons!", &[]).await;
        assert_eq!(first, "dragons");
        assert!(second.starts_with("dragons-"), "{second}");
        // The path of the feed is no article's.
        let feed = conduit.publish(&ada, "Feed", &[]).await;
        conduit.client.get(format!("/api/articles/{feed}")).await.assert_status(200);
    }

    async fn an_article_has_no_blank_field(conduit: Conduit) {
        let ada = conduit.register("ada").await;
        let blank = json!({"article": {"title": "", "description": " ", "body": ""}});
        let refused = conduit.as_user(Method::POST, "/api/articles", &ada).json(&blank).await;
        let errors = ["body can't be blank", "description can't be blank", "title can't be blank"];
        refused.assert_status(422).assert_json(&json!({"errors": {"body": errors}}));
        let missing = json!({"article": {"title": "t", "description": "d"}});
        let refused = conduit.as_user(Method::POST, "/api/articles", &ada).json(&missing).await;
        refused.assert_status(422).assert_json(&json!({"errors": {"body": ["body is required"]}}));
        conduit.client.post("/api/articles").json(&blank).await.assert_status(401);
        let slug = conduit.publish(&ada, "dragons", &[]).await;
        let change = json!({"article": {"title": " "}});
        let uri = format!("/api/articles/{slug}");
        conduit.as_user(Method::PUT, &uri, &ada).json(&change).await.assert_status(422);
    }

    async fn a_new_title_makes_a_new_slug_and_what_is_not_given_stays(conduit: Conduit) {
        let ada = conduit.register("ada").await;
        conduit.publish(&ada, "dragons", &["training"]).await;
        let long_ago = "UPDATE articles SET created_at = '2016-02-18T03:22:56.637Z', updated_at = created_at";
        sqlx::query(long_ago).execute(conduit.client.app().db.pool()).await.unwrap();
        let change = json!({"article": {"body": "another body"}});
        let changed: Value =
            conduit.as_user(Method::PUT, "/api/articles/dragons", &ada).json(&change).await.assert_status(200).json();
        assert_eq!(changed["article"]["slug"], "dragons");
        assert_eq!(changed["article"]["body"], "another body");
        assert_eq!(changed["article"]["tagList"], json!(["training"]));
        assert_eq!(changed["article"]["createdAt"], "2016-02-18T03:22:56.637Z");
        assert!(changed["article"]["updatedAt"].as_str() > Some("2020"), "{changed}");

        let change = json!({"article": {"title": "Wyverns"}});
        let changed: Value =
            conduit.as_user(Method::PUT, "/api/articles/dragons", &ada).json(&change).await.assert_status(200).json();
        assert_eq!(changed["article"]["slug"], "wyverns");
        assert_eq!(changed["article"]["body"], "another body");
        conduit.client.get("/api/articles/dragons").await.assert_status(404);
        conduit.client.get("/api/articles/wyverns").await.assert_status(200).assert_json(&changed);
        // Its own slug is free for it, another's is not.
        let same = conduit.as_user(Method::PUT, "/api/articles/wyverns", &ada).json(&change).await;
        assert_eq!(same.json::<Value>()["article"]["slug"], "wyverns");
        conduit.publish(&ada, "dragons", &[]).await;
        let change = json!({"article": {"title": "Dragons"}});
        let changed = conduit.as_user(Method::PUT, "/api/articles/wyverns", &ada).json(&change).await;
        assert!(changed.assert_status(200).json::<Value>()["article"]["slug"].as_str().unwrap().starts_with("dragons-"));
    }

    async fn a_page_has_100_articles_at_most(conduit: Conduit) {
        conduit.register("ada").await;
        let many = "INSERT INTO articles (author_id, slug, title, description, body, created_at, updated_at)
            WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 101)
            SELECT (SELECT id FROM users), CAST(i AS TEXT), '', '', '', '', '' FROM number";
        sqlx::query(many).execute(conduit.client.app().db.pool()).await.unwrap();
        let (listed, count) = slugs(&conduit, "/api/articles?limit=101").await;
        assert_eq!((listed.len(), count), (100, 101));
    }

    async fn of_two_who_ask_for_a_slug_at_once_each_gets_one(conduit: Conduit) {
        let ada = conduit.register("ada").await;
        for title in ["one", "other"] {
            conduit.publish(&ada, title, &[]).await;
        }
        let change = json!({"article": {"title": "Dragons"}});
        let request = conduit.as_user(Method::PUT, "/api/articles/one", &ada).json(&change);
        let changed = conduit.after("UPDATE articles SET slug = 'dragons' WHERE slug = 'other'", request).await;
        let changed: Value = changed.assert_status(200).json();
        let slug = changed["article"]["slug"].as_str().unwrap();
        assert!(slug.starts_with("dragons-"), "{slug}");
        // A title that stays keeps its slug, and its place.
        let same = conduit.as_user(Method::PUT, &format!("/api/articles/{slug}"), &ada).json(&change).await;
        assert_eq!(same.assert_status(200).json::<Value>()["article"]["slug"], slug);
        let new = json!({"article": {"title": "Wyverns", "description": "d", "body": "b"}});
        let request = conduit.as_user(Method::POST, "/api/articles", &ada).json(&new);
        let made = conduit.after("UPDATE articles SET slug = 'wyverns' WHERE slug = 'dragons'", request).await;
        assert!(made.assert_status(201).json::<Value>()["article"]["slug"].as_str().unwrap().starts_with("wyverns-"));
    }

    async fn an_article_that_is_being_deleted_is_not_there(conduit: Conduit) {
        let ada = conduit.register("ada").await;
        for (method, change) in [
            (Method::PUT, json!({"article": {"body": "b"}})),
            (Method::PUT, json!({"article": {"title": "t"}})),
            (Method::DELETE, json!({})),
        ] {
            let uri = format!("/api/articles/{}", conduit.publish(&ada, "dragons", &["x"]).await);
            let request = conduit.as_user(method, &uri, &ada).json(&change);
            let refused = conduit.after("DELETE FROM articles", request).await;
            refused.assert_status(404).assert_json(&json!({"errors": {"body": ["article not found"]}}));
        }
    }

    async fn limits_count_characters(conduit: Conduit) {
        let ada = conduit.register("ada").await;
        for (letters, status) in [(200, 201), (201, 422)] {
            let new = json!({"article": {
                "title": "é".repeat(letters), "description": "é".repeat(5 * letters), "body": "b", "tagList": ["é".repeat(64)],
            }});
            conduit.as_user(Method::POST, "/api/articles", &ada).json(&new).await.assert_status(status);
        }
        let uri = format!("/api/articles/{}", conduit.publish(&ada, "dragons", &[]).await);
        for (letters, status) in [(201, 422), (200, 200)] {
            let change = json!({"article": {"title": "é".repeat(letters)}});
            conduit.as_user(Method::PUT, &uri, &ada).json(&change).await.assert_status(status);
        }
    }

    async fn an_update_changes_something(conduit: Conduit) {
        let ada = conduit.register("ada").await;
        let uri = format!("/api/articles/{}", conduit.publish(&ada, "dragons", &[]).await);
        for nothing in [json!({}), json!({"title": null})] {
            let refused = conduit.as_user(Method::PUT, &uri, &ada).json(&json!({"article": nothing})).await;
            refused.assert_status(422).assert_json(&json!({"errors": {"body": ["article has no field to update"]}}));
        }
    }

    async fn an_article_is_its_authors_alone(conduit: Conduit) {
        let (ada, bob) = (conduit.register("ada").await, conduit.register("bob").await);
        let uri = format!("/api/articles/{}", conduit.publish(&ada, "dragons", &["x"]).await);
        let change = json!({"article": {"body": "mine"}});
        let expected = json!({"errors": {"body": ["only its author may change this article"]}});
        let refused = conduit.as_user(Method::PUT, &uri, &bob).json(&change).await;
        refused.assert_status(403).assert_json(&expected);
        conduit.as_user(Method::DELETE, &uri, &bob).await.assert_status(403).assert_json(&expected);
        conduit.client.put(&uri).json(&change).await.assert_status(401);
        conduit.client.delete(&uri).await.assert_status(401);
        let comment = json!({"comment": {"body": "very"}});
        conduit.as_user(Method::POST, &format!("{uri}/comments"), &bob).json(&comment).await.assert_status(200);
        conduit.as_user(Method::POST, &format!("{uri}/favorite"), &bob).await.assert_status(200);
        conduit.as_user(Method::DELETE, &uri, &ada).await.assert_status(204);
        let missing = json!({"errors": {"body": ["article not found"]}});
        conduit.as_user(Method::DELETE, &uri, &ada).await.assert_status(404).assert_json(&missing);
        conduit.as_user(Method::PUT, &uri, &ada).json(&change).await.assert_status(404);
        conduit.client.get(&uri).await.assert_status(404).assert_json(&missing);
    }

    async fn a_list_is_filtered_and_comes_in_pages(conduit: Conduit) {
        let (ada, bob) = (conduit.register("ada").await, conduit.register("bob").await);
        for (author, title, tag) in [(&ada, "one", "odd"), (&bob, "two", "even"), (&ada, "three", "odd")] {
            let other = if tag == "odd" { "so  so " } else { "so" };
            conduit.publish(author, title, &[tag, other]).await;
        }
        conduit.as_user(Method::POST, "/api/articles/two/favorite", &ada).await.assert_status(200);
        for (query, expected, count) in [
            ("", &["three", "two", "one"][..], 3),
            ("?limit=2", &["three", "two"], 3),
            ("?limit=2&offset=2", &["one"], 3),
            ("?offset=9", &[], 3),
            ("?tag=odd", &["three", "one"], 2),
            ("?tag=so%20so", &["three", "one"], 2),
            // As it was when it was written.
            ("?tag=%20so%20%20so", &["three", "one"], 2),
            ("?author=bob", &["two"], 1),
            ("?favorited=ada", &["two"], 1),
            ("?favorited=bob", &[], 0),
            ("?tag=odd&author=bob", &[], 0),
            ("?tag=odd&author=ada&limit=1", &["three"], 2),
        ] {
            let (slugs, all) = slugs(&conduit, &format!("/api/articles{query}")).await;
            assert_eq!((slugs, all), (expected.iter().map(|slug| (*slug).to_owned()).collect(), count), "{query}");
        }
        for query in ["?limit=0", "?limit=ten", "?offset=-1", "?limit=1&limit=2"] {
            conduit.client.get(format!("/api/articles{query}")).await.assert_status(422);
        }
    }

    async fn a_feed_has_the_articles_of_those_who_are_followed(conduit: Conduit) {
        let (ada, bob) = (conduit.register("ada").await, conduit.register("bob").await);
        for title in ["one", "two"] {
            conduit.publish(&bob, title, &[]).await;
        }
        conduit.publish(&ada, "own", &[]).await;
        let feed = || conduit.as_user(Method::GET, "/api/articles/feed?limit=1", &ada);
        assert_eq!(of(&feed().await.assert_status(200).json()), (vec![], 0));
        conduit.as_user(Method::POST, "/api/profiles/bob/follow", &ada).await.assert_status(200);
        let listed: Value = feed().await.assert_status(200).json();
        assert_eq!(of(&listed), (vec!["two".to_owned()], 2));
        assert_eq!(listed["articles"][0]["author"]["following"], true);
        conduit.client.get("/api/articles/feed").await.assert_status(401);
    }
}
