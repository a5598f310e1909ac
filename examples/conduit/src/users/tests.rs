use di_server::prelude::*;
use serde_json::{Value, json};

use crate::testing::{Conduit, on_each_database};

fn ada() -> Value {
    json!({"user": {"username": "ada", "email": "ada@example.com", "password": "password of ada"}})
}

on_each_database! {
    async fn who_registers_gets_a_token_and_is_the_current_user(conduit: Conduit) {
        let registered = conduit.client.post("/api/users").json(&ada()).await;
        let registered: Value = registered.assert_status(201).assert_header("location", "/api/user").json();
        let token = registered["user"]["token"].as_str().unwrap();
        let user = json!({"user": {"username": "ada", "email": "ada@example.com", "bio": "", "image": "", "token": token}});
        assert_eq!(registered, user);
        conduit.as_user(Method::GET, "/api/user", token).await.assert_status(200).assert_json(&user);
    }

    async fn who_logs_in_gets_a_token(conduit: Conduit) {
        conduit.register("ada").await;
        let login = json!({"user": {"email": "ada@example.com", "password": "password of ada"}});
        let user: Value = conduit.client.post("/api/users/login").json(&login).await.assert_status(200).json();
        let token = user["user"]["token"].as_str().unwrap();
        conduit.as_user(Method::GET, "/api/user", token).await.assert_status(200);
    }

    async fn a_wrong_password_and_an_unknown_email_are_refused_alike(conduit: Conduit) {
        conduit.register("ada").await;
        for (email, password) in [("ada@example.com", "wrong"), ("eve@example.com", "password of ada")] {
            let login = json!({"user": {"email": email, "password": password}});
            let refused = conduit.client.post("/api/users/login").json(&login).await;
            refused.assert_status(401).assert_json(&json!({"errors": {"body": ["email or password is wrong"]}}));
        }
    }

    async fn a_name_and_an_email_are_those_of_one_user(conduit: Conduit) {
        conduit.register("ada").await;
        let same_name = json!({"user": {"username": "ada", "email": "other@example.com", "password": "p"}});
        let refused = conduit.client.post("/api/users").json(&same_name).await;
        refused.assert_status(409).assert_json(&json!({"errors": {"body": ["username has already been taken"]}}));
        let same_email = json!({"user": {"username": "other", "email": "ada@example.com", "password": "p"}});
        let refused = conduit.client.post("/api/users").json(&same_email).await;
        refused.assert_status(409).assert_json(&json!({"errors": {"body": ["email has already been taken"]}}));
    }

    async fn of_two_who_ask_for_a_name_at_once_one_gets_it(conduit: Conduit) {
        let register = || conduit.client.post("/api/users").json(&ada()).send();
        let (one, other) = tokio::join!(register(), register());
        let mut statuses = [one.status().as_u16(), other.status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }

    async fn a_name_that_another_is_about_to_take_is_taken(conduit: Conduit) {
        let eve = conduit.register("eve").await;
        let taken = json!({"errors": {"body": ["username or email has already been taken"]}});
        let known = json!({"errors": {"body": ["username has already been taken"]}});
        let refused = |response: di_server::testing::TestResponse| {
            let said: Value = response.assert_status(409).json();
            // Whether it was seen before it was written depends on who waits for whom.
            assert!(said == taken || said == known, "{said}");
        };
        let insert = "INSERT INTO users (username, email, password) VALUES ('ada', 'countess@example.com', '')";
        refused(conduit.after(insert, conduit.client.post("/api/users").json(&ada())).await);
        let change = json!({"user": {"username": "bob"}});
        let request = conduit.as_user(Method::PUT, "/api/user", &eve).json(&change);
        refused(conduit.after("UPDATE users SET username = 'bob' WHERE username = 'ada'", request).await);
    }

    async fn a_user_who_is_deleted_meanwhile_is_asked_who_they_are(conduit: Conduit) {
        let ada = conduit.register("ada").await;
        let request = conduit.as_user(Method::PUT, "/api/user", &ada).json(&json!({"user": {"bio": "countess"}}));
        conduit.after("DELETE FROM users", request).await.assert_status(401);
    }

    async fn every_field_that_is_blank_is_named(conduit: Conduit) {
        let blank = json!({"user": {"username": " ", "email": "", "password": ""}});
        let refused = conduit.client.post("/api/users").json(&blank).await;
        let errors: Value = refused.assert_status(422).json();
        let errors = errors["errors"]["body"].as_array().unwrap().clone();
        for expected in ["username can't be blank", "password can't be blank"] {
            assert!(errors.contains(&json!(expected)), "{errors:?}");
        }
        assert!(errors.iter().any(|error| error.as_str().unwrap().starts_with("email ")), "{errors:?}");
        let missing = conduit.client.post("/api/users").json(&json!({"user": {}})).await;
        missing.assert_status(422);
        conduit.client.post("/api/users").header("content-type", "application/json").body("{").await.assert_status(400);
    }

    async fn limits_count_characters(conduit: Conduit) {
        let user = |name: String| json!({"user": {"username": name, "email": "ada@example.com", "password": "é".repeat(128)}});
        conduit.client.post("/api/users").json(&user("é".repeat(65))).await.assert_status(422);
        let made: Value = conduit.client.post("/api/users").json(&user("é".repeat(64))).await.assert_status(201).json();
        let token = made["user"]["token"].as_str().unwrap();
        for (name, status) in [(64, 200), (65, 422)] {
            let change = json!({"user": {"username": "ü".repeat(name)}});
            conduit.as_user(Method::PUT, "/api/user", token).json(&change).await.assert_status(status);
        }
    }

    async fn a_user_changes_what_is_given_and_nothing_else(conduit: Conduit) {
        let token = conduit.register("ada").await;
        let change = json!({"user": {"bio": "mathematician", "image": null}});
        let changed = conduit.as_user(Method::PUT, "/api/user", &token).json(&change).await;
        let expected = json!({"user": {
            "username": "ada", "email": "ada@example.com", "bio": "mathematician", "image": "", "token": token,
        }});
        changed.assert_status(200).assert_json(&expected);
        conduit.as_user(Method::GET, "/api/user", &token).await.assert_json(&expected);

        let change = json!({"user": {"email": "countess@example.com", "password": "lovelace"}});
        conduit.as_user(Method::PUT, "/api/user", &token).json(&change).await.assert_status(200);
        conduit.client.post("/api/users/login").json(&change).await.assert_status(200);
    }

    async fn an_update_keeps_what_another_has_changed_meanwhile(conduit: Conduit) {
        let token = conduit.register("ada").await;
        let change = json!({"user": {"image": "ada.png"}});
        let request = conduit.as_user(Method::PUT, "/api/user", &token).json(&change);
        let changed = conduit.after("UPDATE users SET bio = 'countess'", request).await;
        let user: Value = changed.assert_status(200).json();
        assert_eq!((&user["user"]["bio"], &user["user"]["image"]), (&json!("countess"), &json!("ada.png")));
        conduit.as_user(Method::GET, "/api/user", &token).await.assert_json(&user);
        // A text that is empty is written, unlike none at all.
        let change = json!({"user": {"bio": "", "image": null}});
        let user: Value = conduit.as_user(Method::PUT, "/api/user", &token).json(&change).await.json();
        assert_eq!((&user["user"]["bio"], &user["user"]["image"]), (&json!(""), &json!("ada.png")));
    }

    async fn updates_that_overlap_are_both_done(conduit: Conduit) {
        let token = conduit.register("ada").await;
        let put = |change: Value| conduit.as_user(Method::PUT, "/api/user", &token).json(&json!({"user": change})).send();
        // A password takes a while to hash.
        let (slow, quick) = tokio::join!(put(json!({"password": "lovelace"})), put(json!({"email": "countess@example.com"})));
        slow.assert_status(200);
        quick.assert_status(200);
        let login = json!({"user": {"email": "countess@example.com", "password": "lovelace"}});
        conduit.client.post("/api/users/login").json(&login).await.assert_status(200);
    }

    async fn a_user_cannot_take_what_another_has_nor_blank(conduit: Conduit) {
        let (token, _) = (conduit.register("ada").await, conduit.register("bob").await);
        for (change, status) in [
            (json!({"username": "bob"}), 409),
            (json!({"email": "bob@example.com"}), 409),
            (json!({"username": "ada"}), 200),
            (json!({"username": " "}), 422),
            (json!({"email": ""}), 422),
            (json!({"password": ""}), 422),
            (json!({}), 422),
        ] {
            let changed = conduit.as_user(Method::PUT, "/api/user", &token).json(&json!({"user": change})).await;
            changed.assert_status(status);
        }
        conduit.client.put("/api/user").json(&json!({"user": {"bio": "x"}})).await.assert_status(401);
    }
}
