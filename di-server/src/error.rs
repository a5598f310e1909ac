//! Why could an application not be built or served?

use std::{error::Error as StdError, fmt};

use di_core::response::causes;

/// Any error of starting or serving, with its sources: what `main` returns.
///
/// Every [`std::error::Error`] converts into it, so that `?` works on whatever a program does before it serves. It is none
/// itself, which is what makes that conversion possible. What is none either, an `anyhow::Error` or a text, goes in by
/// [`new`](Self::new). `Debug`, which `main` prints, shows the error and its sources, one a line.
///
/// Into a `Box<dyn Error>` it goes by `?` too, so that `main` may return that; of an `anyhow::Result` the way is
/// `.map_err(|error| anyhow::Error::from_boxed(error.into()))`.
///
/// ```
/// use std::error::Error;
///
/// fn port(text: &str) -> Result<u16, di_server::Error> {
///     text.parse().map_err(|_| di_server::Error::new(format!("`{text}` is no port")))
/// }
///
/// fn main() -> Result<(), Box<dyn Error>> {
///     assert_eq!(port("8000")?, 8000);
///     assert_eq!(port("many").unwrap_err().to_string(), "`many` is no port");
///     Ok(())
/// }
/// ```
pub struct Error(Box<dyn StdError + Send + Sync>);

impl Error {
    /// Of whatever goes into a box: a text, an `anyhow::Error`, a boxed error.
    pub fn new(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(error.into())
    }

    /// The error.
    #[must_use]
    pub fn inner(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.0
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl From<Error> for Box<dyn StdError + Send + Sync> {
    fn from(error: Error) -> Self {
        error.0
    }
}

impl From<Error> for Box<dyn StdError> {
    fn from(error: Error) -> Self {
        error.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        causes(&*self.0).iter().try_for_each(|cause| write!(f, "\n  because: {cause}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn shows_the_error_and_its_sources() {
        #[derive(Debug)]
        struct Outer(std::num::ParseIntError);
        impl std::fmt::Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("no port")
            }
        }
        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        let error = Error::from(Outer("x".parse::<u16>().unwrap_err()));
        assert_eq!(format!("{error:?}"), "no port\n  because: invalid digit found in string");
    }
}
