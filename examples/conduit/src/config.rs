//! What an operator may set: in a file, and over that in the environment.

use std::{env, ffi::OsString, fmt, fs, io, net::SocketAddr, path::PathBuf, str::FromStr};

use di_server::http::Uri;
use serde::Deserialize;

/// Settings by the names that they have in the file; each has a default.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// `sqlite:conduit.db?mode=rwc`, `postgres://user:password@host/name`.
    pub(crate) database_url: String,
    /// As many as a system may have at all; a pool is made for all of them at once.
    pub(crate) database_connections: u16,
    /// How long a request waits for a connection before it is refused.
    pub(crate) database_wait_ms: u64,
    /// What tokens are signed with. Without one they are valid until the program ends.
    pub(crate) jwt_secret: String,
    pub(crate) token_hours: u32,
    /// Which sites may call from a browser: their origins, or `*`.
    pub(crate) cors_origins: Vec<String>,
    /// The least level that is logged, or levels by target: `info,sqlx=warn`.
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 8000,
            database_url: "sqlite:conduit.db?mode=rwc".to_owned(),
            database_connections: 8,
            database_wait_ms: 3000,
            jwt_secret: String::new(),
            token_hours: 24 * 7,
            cors_origins: vec!["*".to_owned()],
            log: "info".to_owned(),
            log_format: LogFormat::Text,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("cannot read the configuration `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("the configuration `{}`, line {line}: {reason}", path.display())]
    File { path: PathBuf, line: usize, reason: String },
    #[error("`{name}={value}` in the environment: {reason}")]
    Variable { name: &'static str, value: String, reason: String },
    #[error("`{name}`: {reason}")]
    Unfit { name: &'static str, reason: String },
    #[error("`host`: cannot find `{host}`")]
    Host { host: String, source: io::Error },
}

impl Config {
    /// Reads `$CONDUIT_CONFIG`, or `conduit.toml` if there is one here, then the environment.
    pub(crate) fn load() -> Result<Self, ConfigError> {
        let named = env::var_os("CONDUIT_CONFIG").map(PathBuf::from);
        let path = named.clone().unwrap_or_else(|| "conduit.toml".into());
        let config = match fs::read_to_string(&path) {
            Ok(text) => Self::from_toml(path, &text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Self::default(),
            Err(source) => return Err(ConfigError::Read { path, source }),
        };
        config.with(env::var_os)?.checked()
    }

    fn from_toml(path: PathBuf, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|error: toml::de::Error| {
            // Not the error itself, which shows the line: a secret may be in it.
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            ConfigError::File { path, line, reason: error.message().to_owned() }
        })
    }

    /// What the environment sets instead.
    fn with(mut self, variable: impl Fn(&'static str) -> Option<OsString>) -> Result<Self, ConfigError> {
        // Its value is not shown: it may be a secret.
        let not_unicode = |name| ConfigError::Unfit { name, reason: "is not Unicode".to_owned() };
        let variable = |name| variable(name).map(OsString::into_string).transpose().map_err(|_| not_unicode(name));

        fn set<T: FromStr<Err: fmt::Display>>(
            to: &mut T,
            name: &'static str,
            value: Option<String>,
        ) -> Result<(), ConfigError> {
            let Some(value) = value else { return Ok(()) };
            match value.parse() {
                Ok(parsed) => *to = parsed,
                Err(error) => return Err(ConfigError::Variable { name, value, reason: error.to_string() }),
            }
            Ok(())
        }
        set(&mut self.host, "HOST", variable("HOST")?)?;
        set(&mut self.port, "PORT", variable("PORT")?)?;
        set(&mut self.database_url, "DATABASE_URL", variable("DATABASE_URL")?)?;
        set(&mut self.database_connections, "DATABASE_CONNECTIONS", variable("DATABASE_CONNECTIONS")?)?;
        set(&mut self.database_wait_ms, "DATABASE_WAIT_MS", variable("DATABASE_WAIT_MS")?)?;
        set(&mut self.jwt_secret, "JWT_SECRET", variable("JWT_SECRET")?)?;
        set(&mut self.token_hours, "TOKEN_HOURS", variable("TOKEN_HOURS")?)?;
        set(&mut self.log, "LOG", variable("LOG")?)?;
        set(&mut self.log_format, "LOG_FORMAT", variable("LOG_FORMAT")?)?;
        if let Some(origins) = variable("CORS_ORIGINS")? {
            self.cors_origins = origins.split(',').map(|origin| origin.trim().to_owned()).collect();
        }
        Ok(self)
    }

    fn checked(self) -> Result<Self, ConfigError> {
        let unfit = |name, reason: &str| Err(ConfigError::Unfit { name, reason: reason.to_owned() });
        let (scheme, rest) = self.database_url.split_once(':').unwrap_or_default();
        let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        match scheme {
            "sqlite" if place.contains(":memory:") || parameters.split('&').any(|given| given == "mode=memory") => {
                return unfit("database_url", "a database in memory is one for each connection: name a file");
            }
            "sqlite" if place.trim_start_matches('/').is_empty() => {
                return unfit("database_url", "names no file: expected `sqlite:conduit.db?mode=rwc`");
            }
            "sqlite" => {}
            "postgres" | "postgresql" if rest.starts_with("//") => {}
            _ => {
                let expected = "expected `sqlite:conduit.db?mode=rwc` or `postgres://user:password@host/name`";
                return unfit("database_url", expected);
            }
        }
        if let Some(other) = self.cors_origins.iter().find(|origin| *origin != "*" && !is_origin(origin)) {
            let expected =
                "expected `*`, or origins as browsers send them: `https://example.com`, `http://localhost:3000`";
            return unfit("cors_origins", &format!("`{other}` is none; {expected}"));
        }
        for (name, number) in [
            ("database_connections", self.database_connections.into()),
            ("database_wait_ms", self.database_wait_ms),
            ("token_hours", self.token_hours.into()),
        ] {
            if number == 0 {
                return unfit(name, "expected at least 1");
            }
        }
        Ok(self)
    }

    /// Where to listen.
    pub(crate) async fn addresses(&self) -> Result<Vec<SocketAddr>, ConfigError> {
        match tokio::net::lookup_host((self.host.as_str(), self.port)).await {
            Ok(found) => Ok(found.collect()),
            Err(source) => Err(ConfigError::Host { host: self.host.clone(), source }),
        }
    }

    /// The database's URL for people: scheme, host and path. A password may be in front of the host or among the parameters;
    /// if one has a character in it that ends its part of a URL, nothing but the scheme is shown.
    pub(crate) fn shown_database_url(&self) -> String {
        let url = &self.database_url;
        let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| *scheme != "sqlite") else {
            return url.split('?').next().unwrap_or_default().to_owned();
        };
        let (authority, past) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(_, host)| ("..@", host));
        let is_port = |port: &str| port.ends_with(']') || port.bytes().all(|byte| byte.is_ascii_digit());
        if past.contains('@') || !host.rsplit_once(':').is_none_or(|(_, port)| is_port(port)) {
            return format!("{scheme}://..");
        }
        format!("{scheme}://{user}{host}{}", past.split(['?', '#']).next().unwrap_or_default())
    }
}

/// Whether a browser may send it as `Origin`, which it is compared with to the letter.
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
    // A port is not sent where it is the scheme's own.
    let own = match scheme {
        "http" => "80",
        "https" => "443",
        _ => "",
    };
    let is_sent = |port: &str| port != own && port.parse::<u16>().is_ok_and(|number| number.to_string() == port);
    let past_host = authority.as_str().strip_prefix(authority.host());
    let port_is_sent = past_host.is_some_and(|port| port.is_empty() || port.strip_prefix(':').is_some_and(is_sent));
    text == format!("{scheme}://{authority}").to_lowercase() && !text.contains(['@', '*']) && port_is_sent
}

impl FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("expected `text` or `json`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str) -> Result<Config, ConfigError> {
        Config::from_toml("conduit.toml".into(), text)
    }

    #[test]
    fn the_environment_is_over_the_file() {
        let variable = |name| (name == "PORT").then(|| "9001".into());
        let config = from("port = 9000\nhost = \"0.0.0.0\"").unwrap().with(variable).unwrap();
        assert_eq!((config.port, config.host.as_str()), (9001, "0.0.0.0"));
    }

    #[test]
    fn what_is_wrong_in_the_file_is_shown_with_its_line() {
        let error = from("host = \"0.0.0.0\"\nprot = 9000").err().unwrap().to_string();
        assert!(error.contains("conduit.toml") && error.contains("line 2") && error.contains("prot"), "{error}");
    }

    #[test]
    fn a_secret_in_a_line_that_is_wrong_is_not_shown() {
        for line in ["jwt_secret = \"s3cret", "database_url = \"postgres://u:s3cret@h/x", "jwt_secret = [\"s3cret\"]"] {
            let error = from(&format!("port = 9000\n{line}\n")).err().unwrap();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("line 2") && !shown.contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn what_is_wrong_in_the_environment_is_shown_by_its_name() {
        let variable = |name| (name == "PORT").then(|| "http".into());
        let error = Config::default().with(variable).err().unwrap().to_string();
        assert_eq!(error, "`PORT=http` in the environment: invalid digit found in string");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_unicode_is_refused() {
        use std::os::unix::ffi::OsStringExt as _;
        let variable = |name| (name == "JWT_SECRET").then(|| OsString::from_vec(vec![b's', 0xff]));
        let error = Config::default().with(variable).err().unwrap().to_string();
        assert_eq!(error, "`JWT_SECRET`: is not Unicode");
    }

    /// What is said of a line in the file.
    fn refusal(line: &str) -> String {
        match from(line).unwrap().checked() {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_database_of_another_kind_or_none_is_refused() {
        for (url, expected) in [
            ("mysql://root@localhost/conduit", "expected `sqlite:conduit.db?mode=rwc` or"),
            ("postgres:conduit", "expected"),
            ("conduit.db", "expected"),
            ("sqlite::memory:", "a database in memory"),
            ("sqlite:y.db?mode=memory", "a database in memory"),
            ("sqlite:y.db?cache=shared&mode=memory", "a database in memory"),
            ("sqlite:", "names no file"),
            ("sqlite://", "names no file"),
            ("sqlite://?mode=rwc", "names no file"),
        ] {
            let error = refusal(&format!("database_url = \"{url}\""));
            assert!(error.starts_with(&format!("`database_url`: {expected}")), "{url}: {error}");
        }
        for url in
            ["sqlite:y.db", "sqlite:///var/y.db?mode=rwc", "postgres://localhost", "postgresql://u:p@[::1]:5432/y"]
        {
            assert_eq!(refusal(&format!("database_url = \"{url}\"")), "");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_by_its_name() {
        for other in [
            "example.com",
            "https://example.com/",
            "https://Example.com",
            "https://a@b",
            "",
            "https://",
            "http://a b",
            "https://*.example.com",
            "https://example.com:443",
            "http://example.com:80",
            "http://localhost:99999",
            "http://localhost:080",
            "http://localhost:",
        ] {
            let error = refusal(&format!("cors_origins = [\"https://example.com\", \"{other}\"]"));
            assert!(error.starts_with(&format!("`cors_origins`: `{other}` is none")), "{error}");
        }
        let fit =
            ["https://example.com", "http://localhost:3000", "http://[::1]:3000", "http://a:443", "tauri://localhost"];
        for origin in fit {
            assert_eq!(refusal(&format!("cors_origins = [\"{origin}\", \"*\"]")), "");
        }
    }

    #[test]
    fn what_would_let_nothing_through_is_refused() {
        for name in ["database_connections", "database_wait_ms", "token_hours"] {
            assert_eq!(refusal(&format!("{name} = 0")), format!("`{name}`: expected at least 1"));
        }
    }

    #[tokio::test]
    async fn a_host_that_there_is_not_is_named() {
        let config = Config { host: "no host".to_owned(), ..Config::default() };
        assert_eq!(config.addresses().await.unwrap_err().to_string(), "`host`: cannot find `no host`");
        let address = Config::default().addresses().await.unwrap();
        assert_eq!(address, ["127.0.0.1:8000".parse().unwrap()]);
    }

    #[test]
    fn a_password_is_not_shown() {
        for (url, expected) in [
            ("postgres://conduit:secret@db/conduit", "postgres://..@db/conduit"),
            ("postgres://conduit:secret@[::1]:5432/conduit?sslmode=require", "postgres://..@[::1]:5432/conduit"),
            ("postgres://localhost:1/db?user=u&password=secret", "postgres://localhost:1/db"),
            ("postgres://localhost:1/db?password=sec@ret", "postgres://.."),
            ("postgres://localhost?password=secret", "postgres://localhost"),
            ("postgres://u:sec@ret@db/conduit", "postgres://..@db/conduit"),
            ("postgres://u:sec/ret@db/conduit", "postgres://.."),
            ("postgres://u:12/ret@db/conduit", "postgres://.."),
            ("postgres://u:12?ret@db/conduit", "postgres://.."),
            ("postgres://u:secret", "postgres://.."),
            ("postgres:///conduit?host=/run", "postgres:///conduit"),
            ("sqlite:conduit.db?mode=rwc", "sqlite:conduit.db"),
            ("sqlite:///var/conduit.db?mode=rwc", "sqlite:///var/conduit.db"),
        ] {
            let config = Config { database_url: url.to_owned(), ..Config::default() };
            assert_eq!(config.shown_database_url(), expected, "{url}");
        }
    }
}
