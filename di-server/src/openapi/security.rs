//! How do clients show who they are?

use std::collections::BTreeMap;

use di_core::{
    describe::Security,
    graph::{Grant, OAuthFlow, SchemeKind, SecurityScheme, Source},
};
use serde_json::{Map, Value, json};

/// The schemes of a document by name.
#[derive(Default)]
pub(super) struct Schemes(BTreeMap<String, Value>);

impl Schemes {
    /// What the document calls the scheme; another one of its name has a number.
    fn name(&mut self, scheme: &SecurityScheme) -> String {
        let (first, object) = (name(scheme), object(scheme));
        let (mut name, mut number) = (first.clone(), 2);
        while self.0.get(&name).is_some_and(|known| *known != object) {
            name = format!("{first}{number}");
            number += 1;
        }
        self.0.entry(name.clone()).or_insert(object);
        name
    }

    pub(super) fn finish(self) -> BTreeMap<String, Value> {
        self.0
    }
}

/// The scheme's own name: names in a document are of letters, digits, `.`, `-` and `_`.
fn name(scheme: &SecurityScheme) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    scheme.name.chars().map(|c| if allowed(c) { c } else { '_' }).collect()
}

/// Its Security Scheme Object.
fn object(scheme: &SecurityScheme) -> Value {
    let mut object = match scheme.kind {
        SchemeKind::Basic => json!({"type": "http", "scheme": "basic"}),
        SchemeKind::Bearer { format: "" } => json!({"type": "http", "scheme": "bearer"}),
        SchemeKind::Bearer { format } => json!({"type": "http", "scheme": "bearer", "bearerFormat": format}),
        SchemeKind::ApiKey(place) => {
            let within = match place.source() {
                Source::Query => "query",
                Source::Cookie => "cookie",
                _ => "header",
            };
            json!({"type": "apiKey", "in": within, "name": place.name()})
        }
        SchemeKind::OAuth2(flows) => {
            let flows: Map<String, Value> = flows.iter().map(|flow| (grant(flow.grant), self::flow(flow))).collect();
            json!({"type": "oauth2", "flows": flows})
        }
        SchemeKind::OpenIdConnect(url) => json!({"type": "openIdConnect", "openIdConnectUrl": url}),
        _ => json!({}),
    };
    if !scheme.description.is_empty() {
        object["description"] = json!(scheme.description);
    }
    object
}

fn grant(grant: Grant) -> String {
    let name = match grant {
        Grant::Password => "password",
        Grant::ClientCredentials => "clientCredentials",
        _ => "authorizationCode",
    };
    name.to_owned()
}

fn flow(flow: &OAuthFlow) -> Value {
    let mut object = Map::new();
    let urls =
        [("authorizationUrl", flow.authorization_url), ("tokenUrl", flow.token_url), ("refreshUrl", flow.refresh_url)];
    for (key, url) in urls.into_iter().filter(|(_, url)| !url.is_empty()) {
        object.insert(key.to_owned(), json!(url));
    }
    let scopes: Map<String, Value> = flow.scopes.iter().map(|&(name, text)| (name.to_owned(), json!(text))).collect();
    object.insert("scopes".to_owned(), Value::Object(scopes));
    Value::Object(object)
}

/// What the operation asks for to know who it talks to: all that is required, with and without what is optional. `scopes`
/// are those that its route requires of tokens.
pub(super) fn requirements(
    described: &[Security],
    scopes: &[&'static str],
    schemes: &mut Schemes,
) -> Option<Vec<Value>> {
    if described.is_empty() {
        return None;
    }
    // Of keys and passwords nobody says what they may be used for, unless there is nothing else.
    let tokens = described.iter().any(|security| is_token(security.scheme));
    let mut requirement = |security: &Security| {
        let scoped = is_token(security.scheme) || !tokens;
        (schemes.name(security.scheme), json!(if scoped { scopes } else { &[] }))
    };
    let required = described.iter().filter(|security| security.required);
    let required: Map<String, Value> = required.map(&mut requirement).collect();
    let mut all = vec![Value::Object(required.clone())];
    for security in described.iter().filter(|security| !security.required) {
        let mut with = required.clone();
        with.extend([requirement(security)]);
        let with = Value::Object(with);
        if !all.contains(&with) {
            all.push(with);
        }
    }
    Some(all)
}

fn is_token(scheme: &SecurityScheme) -> bool {
    matches!(scheme.kind, SchemeKind::Bearer { .. } | SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect(_))
}
