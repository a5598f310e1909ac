//! How are all mistakes of an item reported together?

use std::{cell::RefCell, fmt::Display, thread};

use di_core::distance;
use quote::ToTokens;

/// Collects errors; dropping it without [`finish`](Self::finish) panics, so that none is forgotten.
pub(crate) struct Diagnostics(RefCell<Option<Vec<syn::Error>>>);

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Self(RefCell::new(Some(Vec::new())))
    }

    /// Records `message` at `tokens`.
    pub(crate) fn at(&self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        self.0.borrow_mut().as_mut().expect("not finished").push(error);
    }

    /// The value of `result`, or its error on record.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many errors there are so far.
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().as_ref().map_or(0, Vec::len)
    }

    /// All that was recorded.
    pub(crate) fn finish(self) -> Vec<syn::Error> {
        self.0.borrow_mut().take().unwrap_or_default()
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        if !thread::panicking() && self.0.borrow().is_some() {
            panic!("diagnostics were dropped without being reported");
        }
    }
}

/// The one of `known` that `word` was most likely meant to be.
pub(crate) fn near_miss<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let near = known.iter().map(|&candidate| (distance(word, candidate), candidate)).min()?;
    (near.0 <= 1 + word.len() / 4).then_some(near.1)
}

#[cfg(test)]
mod tests {
    use super::near_miss;

    #[test]
    fn finds_what_was_meant() {
        let known = ["singleton", "request", "transient", "teardown"];
        assert_eq!(near_miss("singelton", &known), Some("singleton"));
        assert_eq!(near_miss("tear_down", &known), Some("teardown"));
        assert_eq!(near_miss("blue", &known), None);
    }
}
