//! Why could an application not be built or served?

use std::{error::Error as StdError, fmt};

use di_core::response::causes;

/// Any error of starting or serving, with its sources: what `main` returns.
///
/// Every [`std::error::Error`] converts into it, so that `?` works on whatever a program does before it serves. It is none
/// itself, which is what makes that conversion possible. `Debug`, which `main` prints, shows the error and its sources,
/// one a line.
pub struct Error(Box<dyn StdError + Send + Sync>);

impl Error {
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
