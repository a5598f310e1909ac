//! How do clients show who they are? Plain data, which a description of the application (OpenAPI) is written from.

use super::Source;

/// A way for clients to show who they are: what an input with [`Source::Security`] says of itself.
///
/// The kinds are those of [OpenAPI's security schemes](https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecurityScheme {
    /// What the description calls it.
    pub name: &'static str,
    /// What it is for, for people; may be empty.
    pub description: &'static str,
    /// What it is.
    pub kind: SchemeKind,
}

/// What a security scheme is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemeKind {
    /// User and password in `Authorization: Basic ..`.
    Basic,
    /// A token in `Authorization: Bearer ..`.
    Bearer {
        /// What the token is made of, such as `JWT`: a hint for people; may be empty.
        format: &'static str,
    },
    /// A key under a name.
    ApiKey(KeyPlace),
    /// A bearer token, had by the flows of OAuth 2 ([RFC 6749](https://www.rfc-editor.org/rfc/rfc6749)).
    OAuth2(&'static [OAuthFlow]),
    /// A bearer token, had as [discovery](https://openid.net/specs/openid-connect-discovery-1_0.html) at this URL says.
    OpenIdConnect(&'static str),
}

/// A way to a token of OAuth 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OAuthFlow {
    /// Which one.
    pub grant: Grant,
    /// Where the user consents; empty where the flow has no such step.
    pub authorization_url: &'static str,
    /// Where a token is had; empty where the flow has no such step.
    pub token_url: &'static str,
    /// Where a token is renewed; empty if there is no such place.
    pub refresh_url: &'static str,
    /// The scopes that there are, each with what it is for.
    pub scopes: &'static [(&'static str, &'static str)],
}

/// How a token of OAuth 2 is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grant {
    /// To whom the user consents to ([RFC 6749 §4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1)).
    AuthorizationCode,
    /// For the user's name and password ([§4.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.3)).
    Password,
    /// To a program that acts for itself ([§4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)).
    ClientCredentials,
}

impl SecurityScheme {
    /// A bearer token about which nothing more is said.
    pub const BEARER: Self = Self::bearer("bearer", "");
    /// User and password.
    pub const BASIC: Self = Self { name: "basic", description: "", kind: SchemeKind::Basic };

    /// A bearer token; `format` is what it is made of, such as `JWT`.
    #[must_use]
    pub const fn bearer(name: &'static str, format: &'static str) -> Self {
        Self { name, description: "", kind: SchemeKind::Bearer { format } }
    }

    /// A key at `place`.
    #[must_use]
    pub const fn api_key(place: KeyPlace) -> Self {
        Self { name: place.name, description: "", kind: SchemeKind::ApiKey(place) }
    }

    /// A bearer token of OAuth 2.
    #[must_use]
    pub const fn oauth2(name: &'static str, flows: &'static [OAuthFlow]) -> Self {
        Self { name, description: "", kind: SchemeKind::OAuth2(flows) }
    }

    /// A bearer token of OpenID Connect; `url` is that of its discovery document.
    #[must_use]
    pub const fn openid_connect(name: &'static str, url: &'static str) -> Self {
        Self { name, description: "", kind: SchemeKind::OpenIdConnect(url) }
    }

    /// What is wrong with it, said of the type that it describes.
    pub(crate) const fn fault(&self) -> Option<&'static str> {
        match self.kind {
            SchemeKind::ApiKey(place) => place.fault(),
            _ => None,
        }
    }

    /// This scheme, with a word for people.
    #[must_use]
    pub const fn description(self, description: &'static str) -> Self {
        Self { description, ..self }
    }
}

impl OAuthFlow {
    /// The password flow: a token for a name and a password, at `token_url`.
    #[must_use]
    pub const fn password(token_url: &'static str, scopes: &'static [(&'static str, &'static str)]) -> Self {
        Self { grant: Grant::Password, authorization_url: "", token_url, refresh_url: "", scopes }
    }

    /// The client credentials flow: a token for a program, at `token_url`.
    #[must_use]
    pub const fn client_credentials(token_url: &'static str, scopes: &'static [(&'static str, &'static str)]) -> Self {
        Self { grant: Grant::ClientCredentials, ..Self::password(token_url, scopes) }
    }

    /// The authorization code flow: consent at `authorization_url`, a token at `token_url`.
    #[must_use]
    pub const fn authorization_code(
        authorization_url: &'static str,
        token_url: &'static str,
        scopes: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { grant: Grant::AuthorizationCode, authorization_url, ..Self::password(token_url, scopes) }
    }

    /// This flow, with tokens renewed at `url`.
    #[must_use]
    pub const fn refresh(self, url: &'static str) -> Self {
        Self { refresh_url: url, ..self }
    }
}

/// Where an API key is found.
///
/// ```
/// use di_core::graph::KeyPlace;
///
/// const KEY: KeyPlace = KeyPlace::header("X-Api-Key");
/// assert_eq!(KEY.name(), "X-Api-Key");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPlace {
    source: Source,
    name: &'static str,
}

impl KeyPlace {
    /// In this header. If no header can have the name, what asks for the key does not compile.
    #[must_use]
    pub const fn header(name: &'static str) -> Self {
        Self { source: Source::Header, name }
    }

    /// In the query, under this name. If it is empty, what asks for the key does not compile.
    #[must_use]
    pub const fn query(name: &'static str) -> Self {
        Self { source: Source::Query, name }
    }

    /// In this cookie. If no cookie can have the name, what asks for the key does not compile.
    #[must_use]
    pub const fn cookie(name: &'static str) -> Self {
        Self { source: Source::Cookie, name }
    }

    /// What is wrong with it, said of the type that is read there.
    #[doc(hidden)]
    #[must_use]
    pub const fn fault(self) -> Option<&'static str> {
        match self.source {
            Source::Header if !is_token(self.name) => Some(
                "is in a header whose name is no word of letters, digits and `-`\nhelp: write `KeyPlace::header(\"X-Api-Key\")`",
            ),
            Source::Cookie if !is_token(self.name) => Some(
                "is in a cookie whose name is no word of letters, digits, `-` and `_`\nhelp: write `KeyPlace::cookie(\"api_key\")`",
            ),
            Source::Query if self.name.is_empty() => {
                Some("has no name in the query\nhelp: write `KeyPlace::query(\"api_key\")`")
            }
            _ => None,
        }
    }

    /// `Header`, `Query` or `Cookie`.
    #[must_use]
    pub const fn source(self) -> Source {
        self.source
    }

    /// Its name there.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

/// Whether a text is one word of visible ASCII without quotes and backslashes: it can stand between quotes, and beside others
/// (`scope-token` of [RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
#[doc(hidden)]
#[must_use]
pub const fn is_word(text: &str) -> bool {
    let (bytes, mut i) = (text.as_bytes(), 0);
    while i < bytes.len() {
        if !matches!(bytes[i], b'!' | b'#'..=b'[' | b']'..=b'~') {
            return false;
        }
        i += 1;
    }
    i > 0
}

/// `token` of [RFC 9110 §5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2).
#[doc(hidden)]
#[must_use]
pub const fn is_token(name: &str) -> bool {
    let (bytes, mut i) = (name.as_bytes(), 0);
    while i < bytes.len() {
        let byte = bytes[i];
        let mark = matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        );
        if !byte.is_ascii_alphanumeric() && !mark {
            return false;
        }
        i += 1;
    }
    i > 0
}
