//! Tokens, sessions, and the layers around them.

mod support;

use support::Example;

const FORM: &str = "application/x-www-form-urlencoded";

fn post_form(login: &Example, path: &str, body: &str) -> support::Reply {
    login.raw(&format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {FORM}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    ))
}

fn token(login: &Example, name: &str, password: &str) -> String {
    let reply = post_form(login, "/token", &format!("grant_type=password&username={name}&password={password}"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.head.contains("cache-control: no-store"), "{}", reply.head);
    let token: serde_json::Value = serde_json::from_str(&reply.body).expect("JSON");
    token["access_token"].as_str().expect("a token").to_owned()
}

#[test]
fn a_token_opens_what_its_scopes_are_for() {
    let login = Example::start("login");
    let (ada, grace) = (token(&login, "ada", "lovelace"), token(&login, "grace", "hopper"));
    assert_eq!(login.send("GET", "/notes", Some(&grace), None).body, "notes of grace\n");
    let refused = login.send("POST", "/notes", Some(&grace), Some("\"a\""));
    assert_eq!(refused.status, 403);
    let challenge = "www-authenticate: bearer error=\"insufficient_scope\", scope=\"notes:write\"";
    assert!(refused.head.contains(challenge), "{}", refused.head);
    assert_eq!(login.send("POST", "/notes", Some(&ada), Some("\"a\"")).status, 201);
    let forged = format!("{ada}x");
    let refused = login.send("GET", "/notes", Some(&forged), None);
    assert_eq!(refused.status, 401);
    assert!(refused.head.contains("invalid_token") && refused.body.contains("\"instance\":\"/notes\""));
}

#[test]
fn a_token_is_had_by_a_password_alone() {
    let login = Example::start("login");
    for grant in ["", "grant_type=client_credentials&"] {
        let refused = post_form(&login, "/token", &format!("{grant}username=ada&password=lovelace"));
        assert_eq!((refused.status, refused.field("error")), (400, "unsupported_grant_type".into()), "{refused:?}");
    }
}

#[test]
fn a_session_lasts_from_login_to_logout() {
    let login = Example::start("login");
    let with = |method: &str, path: &str, cookie: &str| {
        login.raw(&format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n"
        ))
    };
    assert_eq!(post_form(&login, "/login", "username=ada&password=x").status, 403);
    let reply = post_form(&login, "/login", "username=ada&password=lovelace");
    assert_eq!(reply.status, 204);
    let cookie = reply.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    assert!(cookie.contains("httponly") && cookie.contains("samesite=lax"), "{cookie}");
    let session = cookie.split(';').next().expect("a pair");
    assert_eq!(with("GET", "/me", session).body, "you are ada\n");
    assert_eq!(with("POST", "/logout", session).status, 204);
    assert_eq!(with("GET", "/me", session).status, 401);
    assert_eq!(with("GET", "/me", "session=0").status, 401);
}

#[test]
fn layers_see_what_comes_in_and_goes_out() {
    let login = Example::start("login");
    let refused = login.get("/nowhere");
    assert_eq!(refused.status, 404);
    for line in ["x-content-type-options: nosniff", "x-frame-options: deny", "referrer-policy: no-referrer"] {
        assert!(refused.head.contains(line), "{}", refused.head);
    }
    let preflight = login.raw(
        "OPTIONS /notes HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\norigin: https://app.example.com\r\n\
         access-control-request-method: POST\r\n\r\n",
    );
    assert_eq!(preflight.status, 200);
    assert!(preflight.head.contains("access-control-allow-origin: https://app.example.com"), "{}", preflight.head);
    // What the preflight has promised is so.
    let bearer = token(&login, "ada", "lovelace");
    let from = |origin: &str| {
        login.raw(&format!(
            "POST /notes HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\norigin: {origin}\r\n\
             sec-fetch-site: cross-site\r\nauthorization: Bearer {bearer}\r\ncontent-type: text/plain\r\n\
             content-length: 1\r\n\r\na"
        ))
    };
    let friend = from("https://app.example.com");
    assert_eq!((friend.status, friend.body.as_str()), (201, "ada noted a\n"));
    assert!(friend.head.contains("access-control-allow-origin: https://app.example.com"), "{}", friend.head);
    let refused = from("https://evil.example.com");
    assert_eq!((refused.status, refused.field("status")), (403, 403.into()), "{refused:?}");
}

#[test]
fn passwords_cannot_be_tried_out() {
    let login = Example::start("login");
    let tries: Vec<u16> = (0..11).map(|_| post_form(&login, "/login", "username=ada&password=guess").status).collect();
    assert_eq!(tries[..10], [403; 10]);
    assert_eq!(tries[10], 429);
}
