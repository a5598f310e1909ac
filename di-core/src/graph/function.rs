//! What is a function called, and where does it stand?

use std::{fmt, panic::Location};

/// A place in the user's source.
///
/// What is there is asked of the compiler when a message needs it: in const evaluation a file's name costs more than all else
/// that is in a handler's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// There.
    At(&'static Location<'static>),
    /// The place of what no macro has written.
    Told {
        /// The file.
        file: &'static str,
        /// The line, from 1.
        line: u32,
        /// The column, from 1.
        column: u32,
    },
}

impl Place {
    /// None: of what is the framework's own.
    pub const NOWHERE: Self = Self::Told { file: "", line: 0, column: 0 };

    /// Where this is called.
    #[track_caller]
    #[must_use]
    pub const fn here() -> Self {
        Self::At(Location::caller())
    }

    /// Whether it is none.
    #[must_use]
    pub const fn is_nowhere(&self) -> bool {
        matches!(self, Self::Told { line: 0, .. })
    }

    /// The file, as the compiler was given it.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        match self {
            Self::At(at) => at.file(),
            Self::Told { file, .. } => file,
        }
    }

    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        match self {
            Self::At(at) => at.line(),
            Self::Told { line, .. } => *line,
        }
    }

    /// The column, from 1.
    #[must_use]
    pub const fn column(&self) -> u32 {
        match self {
            Self::At(at) => at.column(),
            Self::Told { column, .. } => *column,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file(), self.line())
    }
}

/// What a function is called and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Where.
    pub place: Place,
    /// Name, module, place and what it provides in one number: that tells two functions apart in const evaluation, which takes
    /// long for strings.
    pub id: u64,
    /// Whether it is generic: then its name and place do not identify what it provides.
    pub generic: bool,
    /// Whether it is for any container: then the rules that ask for one are checked where one asks for it.
    pub anywhere: bool,
}

impl Function {
    /// The handler itself, where its own name and place are at hand: it need not be written once more.
    pub const ITSELF: Self = Self { name: "", place: Place::NOWHERE, id: 0, generic: false, anywhere: false };

    /// The function `name` of `module`, which stands where this is called.
    #[track_caller]
    #[must_use]
    pub const fn here(name: &'static str, module: &str, generic: bool) -> Self {
        Self::at(Place::here(), name, module, generic)
    }

    /// The function `name` of `module`, which stands at `place`.
    #[must_use]
    pub const fn at(place: Place, name: &'static str, module: &str, generic: bool) -> Self {
        let at = (place.line() as u64) << 32 | place.column() as u64;
        let id = hash(hash(hash(at, name), module), place.file());
        Self { name, place, id, generic, anywhere: false }
    }

    /// This function, which provides `ty`: one call of a macro, or one list, may write several.
    #[must_use]
    pub const fn providing(self, ty: &str) -> Self {
        Self { id: hash(self.id, ty), ..self }
    }

    /// This function, for any container.
    #[must_use]
    pub const fn anywhere(self) -> Self {
        Self { anywhere: true, ..self }
    }
}

/// Folds `text` into a hash (FNV-1a), without a call for each byte.
const fn hash(mut hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut i = 0;
    while i < bytes.len() {
        hash = ((hash ^ bytes[i] as u64) as u128 * 0x0100_0000_01b3) as u64;
        i += 1;
    }
    hash
}
