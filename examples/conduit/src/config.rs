//! What an operator may set: in a file, and over that in the environment.

use std::{env, fmt, fs, io, path::PathBuf, str::FromStr};

use serde::Deserialize;

/// Settings by the names that they have in the file; each has a default.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// `sqlite:conduit.db?mode=rwc`, `postgres://user:password@host/name`.
    pub(crate) database_url: String,
    pub(crate) database_connections: u32,
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
    #[error("the configuration `{}` is not as it should be\n{source}", path.display())]
    File { path: PathBuf, source: Box<toml::de::Error> },
    #[error("`{name}={value}` in the environment: {reason}")]
    Variable { name: &'static str, value: String, reason: String },
    #[error("`{name}`: {reason}")]
    Unfit { name: &'static str, reason: String },
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
        config.with(|name| env::var(name).ok())?.checked()
    }

    fn from_toml(path: PathBuf, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|source| ConfigError::File { path, source: Box::new(source) })
    }

    /// What the environment sets instead.
    fn with(mut self, variable: impl Fn(&'static str) -> Option<String>) -> Result<Self, ConfigError> {
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
        set(&mut self.host, "HOST", variable("HOST"))?;
        set(&mut self.port, "PORT", variable("PORT"))?;
        set(&mut self.database_url, "DATABASE_URL", variable("DATABASE_URL"))?;
        set(&mut self.database_connections, "DATABASE_CONNECTIONS", variable("DATABASE_CONNECTIONS"))?;
        set(&mut self.database_wait_ms, "DATABASE_WAIT_MS", variable("DATABASE_WAIT_MS"))?;
        set(&mut self.jwt_secret, "JWT_SECRET", variable("JWT_SECRET"))?;
        set(&mut self.token_hours, "TOKEN_HOURS", variable("TOKEN_HOURS"))?;
        set(&mut self.log, "LOG", variable("LOG"))?;
        set(&mut self.log_format, "LOG_FORMAT", variable("LOG_FORMAT"))?;
        if let Some(origins) = variable("CORS_ORIGINS") {
            self.cors_origins = origins.split(',').map(|origin| origin.trim().to_owned()).collect();
        }
        Ok(self)
    }

    fn checked(self) -> Result<Self, ConfigError> {
        let unfit = |name, reason: &str| Err(ConfigError::Unfit { name, reason: reason.to_owned() });
        let scheme = self.database_url.split(':').next().unwrap_or_default();
        if !["sqlite", "postgres", "postgresql"].contains(&scheme) {
            return unfit("database_url", "expected `sqlite:conduit.db` or `postgres://user:password@host/name`");
        }
        if self.database_url.contains(":memory:") {
            return unfit("database_url", "a database in memory is one for each connection: name a file");
        }
        if self.database_connections == 0 {
            return unfit("database_connections", "expected at least 1");
        }
        Ok(self)
    }

    /// The database's URL without the password, for people.
    pub(crate) fn shown_database_url(&self) -> String {
        match (self.database_url.split_once("://"), self.database_url.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, place))) => format!("{scheme}://..@{place}"),
            _ => self.database_url.clone(),
        }
    }
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
        let variable = |name| (name == "PORT").then(|| "9001".to_owned());
        let config = from("port = 9000\nhost = \"0.0.0.0\"").unwrap().with(variable).unwrap();
        assert_eq!((config.port, config.host.as_str()), (9001, "0.0.0.0"));
    }

    #[test]
    fn what_is_wrong_in_the_file_is_shown_with_its_line() {
        let error = from("host = \"0.0.0.0\"\nprot = 9000").err().unwrap().to_string();
        assert!(error.contains("conduit.toml") && error.contains("line 2") && error.contains("prot"), "{error}");
    }

    #[test]
    fn what_is_wrong_in_the_environment_is_shown_by_its_name() {
        let variable = |name| (name == "PORT").then(|| "http".to_owned());
        let error = Config::default().with(variable).err().unwrap().to_string();
        assert_eq!(error, "`PORT=http` in the environment: invalid digit found in string");
    }

    #[test]
    fn a_database_of_another_kind_is_refused() {
        let config = Config { database_url: "mysql://root@localhost/conduit".to_owned(), ..Config::default() };
        assert!(config.checked().err().unwrap().to_string().starts_with("`database_url`: expected"));
    }

    #[test]
    fn a_password_is_not_shown() {
        let url = "postgres://conduit:secret@db/conduit".to_owned();
        let config = Config { database_url: url, ..Config::default() };
        assert_eq!(config.shown_database_url(), "postgres://..@db/conduit");
    }
}
