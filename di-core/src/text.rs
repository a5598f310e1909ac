//! How does a check that runs at compile time say what it found?
//!
//! Const evaluation has no allocator and no formatting: a message is put together in a buffer of fixed size and handed
//! to `panic!` as one `&str`. A message that outgrows its buffer ends in `…`, never in the middle of a character.

/// A message put together during const evaluation.
#[derive(Clone, Copy)]
pub struct Text {
    bytes: [u8; Text::CAPACITY],
    len: usize,
    full: bool,
}

impl Text {
    const CAPACITY: usize = 2048;
    const MARK: &'static [u8] = "…".as_bytes();

    /// An empty message.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: [0; Self::CAPACITY], len: 0, full: false }
    }

    /// This message with `s` behind it.
    #[must_use]
    pub const fn str(mut self, s: &str) -> Self {
        self.push(s);
        self
    }

    /// This message with `n` in decimal behind it.
    #[must_use]
    pub const fn num(mut self, n: usize) -> Self {
        self.push_num(n);
        self
    }

    /// Appends `s`, whole, or the mark of an overflow.
    pub const fn push(&mut self, s: &str) {
        if self.full {
            return;
        }
        let mut s = s.as_bytes();
        if s.len() > Self::CAPACITY - Self::MARK.len() - self.len {
            self.full = true;
            s = Self::MARK;
        }
        let (_, rest) = self.bytes.split_at_mut(self.len);
        let (room, _) = rest.split_at_mut(s.len());
        room.copy_from_slice(s);
        self.len += s.len();
    }

    /// Appends `n` in decimal.
    pub const fn push_num(&mut self, n: usize) {
        if n >= 10 {
            self.push_num(n / 10);
        }
        const DIGITS: &str = "0123456789";
        let (_, tail) = DIGITS.split_at(n % 10);
        let (digit, _) = tail.split_at(1);
        self.push(digit);
    }

    /// The message so far.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        let (written, _) = self.bytes.split_at(self.len);
        match core::str::from_utf8(written) {
            Ok(s) => s,
            // Only whole `&str`s are ever appended.
            Err(_) => unreachable!(),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::new()
    }
}

impl core::fmt::Debug for Text {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn puts_strings_and_numbers_together() {
        const T: Text = Text::new().str("line ").num(0).str(", column ").num(1207);
        assert_eq!(T.as_str(), "line 0, column 1207");
    }

    #[test]
    fn ends_in_a_mark_when_it_overflows() {
        let mut text = Text::new();
        for _ in 0..Text::CAPACITY {
            text.push("é");
        }
        assert!(text.as_str().ends_with("é…"));
        assert!(text.as_str().len() <= Text::CAPACITY);
    }
}
