//! Hashes of passwords. Making and checking one takes long and awaits nothing: it is for the blocking pool.

use std::{sync::Arc, thread};

use argon2::{
    Argon2,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use di_server::prelude::*;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::App;

/// Of 19 MiB and two passes each, as OWASP recommends.
pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    /// Of no user: what is checked where there is none, so that the time does not tell which emails are known.
    nobody: String,
    /// One for each processor.
    turns: Arc<Semaphore>,
}

/// Who hashes has a turn until that is done. More at a time would be no faster, would take their memory all the same, and all threads of the
/// pool from those who wait for something else.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
}

#[provider(transient)]
async fn turn(hasher: &Hasher) -> Turn {
    let permit = Arc::clone(&hasher.turns).acquire_owned().await;
    Turn { _permit: permit.expect("nobody closes it") }
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("a password could not be hashed, or a hash not be read")]
#[api(status = 500)]
pub(crate) struct HashError(#[from] password_hash::Error);

#[provider(singleton)]
fn hasher() -> Result<Hasher, HashError> {
    let argon2 = Argon2::default();
    let nobody = argon2.hash_password(b"nobody's password")?.to_string();
    let turns = Semaphore::new(thread::available_parallelism().map_or(1, Into::into));
    Ok(Hasher { argon2, nobody, turns: Arc::new(turns) })
}

impl Hasher {
    pub(crate) fn hash(&self, password: &str) -> Result<String, HashError> {
        Ok(self.argon2.hash_password(password.as_bytes())?.to_string())
    }

    /// Whether the password is that of the hash; without a hash it is not, which takes as long.
    pub(crate) fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, HashError> {
        let known = PasswordHash::new(hash.unwrap_or(&self.nobody)).map_err(password_hash::Error::from)?;
        match self.argon2.verify_password(password.as_bytes(), &known) {
            Ok(()) => Ok(hash.is_some()),
            Err(password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_that_of_its_hash_alone() {
        let hasher = hasher().unwrap();
        let hash = hasher.hash("lovelace").unwrap();
        assert!(hasher.verify("lovelace", Some(&hash)).unwrap());
        assert!(!hasher.verify("hopper", Some(&hash)).unwrap());
        assert!(!hasher.verify("nobody's password", None).unwrap());
    }
}
