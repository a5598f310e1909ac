//! How does a struct, a map or a tuple see what is there?

use std::{borrow::Cow, collections::BTreeMap};

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::{
    collect::{Patch, Trace},
    error::Error,
    place::Place,
    placeholder::Placeholder,
    text::Text,
    value::Values,
};

/// A name, and what is under it.
pub(super) struct Entry<'r> {
    key: Cow<'r, str>,
    /// Nothing where an earlier try has failed: a placeholder takes its place.
    values: Option<Values<'r>>,
}

/// What a struct with these fields sees: each field that is there, then the other names if the place shows them.
///
/// Names that are no field's are not grouped, so that a request with very many of them costs no more than its length.
pub(super) fn of_struct<'r>(place: Place<'r>, names: &'static [&'static str], trace: &Trace) -> Vec<Entry<'r>> {
    let (mut entries, unknown) =
        if place.shows_unknown() { in_one_pass(place, names) } else { (name_by_name(place, names), Vec::new()) };
    trace.see(names, !entries.is_empty(), values(&entries) + unknown.len());
    entries.extend(unknown);
    patched(entries, trace)
}

/// The fields that are there, in the order of `names`, and everything else.
fn in_one_pass<'r>(place: Place<'r>, names: &'static [&'static str]) -> (Vec<Entry<'r>>, Vec<Entry<'r>>) {
    let mut known: Vec<Option<Values<'r>>> = names.iter().map(|_| None).collect();
    let mut unknown = Vec::new();
    place.each(&mut |key, value| match names.iter().position(|name| *name == key) {
        Some(at) => match &mut known[at] {
            Some(values) => values.rest.push(value),
            none => *none = Some(place.first(value)),
        },
        None => unknown.push(Entry { key, values: Some(place.first(value)) }),
    });
    let known = names.iter().zip(known).filter(|(_, values)| values.is_some());
    (known.map(|(name, values)| Entry { key: Cow::Borrowed(*name), values }).collect(), unknown)
}

/// The fields that are there, each looked for; an alias that differs only in how it is written is not a second field.
fn name_by_name<'r>(place: Place<'r>, names: &'static [&'static str]) -> Vec<Entry<'r>> {
    let firsts = names.iter().enumerate().filter(|(i, name)| !names[..*i].iter().any(|a| place.is_one(a, name)));
    let entries = firsts.map(|(_, name)| Entry { key: Cow::Borrowed(*name), values: place.named(name) });
    entries.filter(|entry| entry.values.is_some()).collect()
}

/// What a map sees: everything, the values of repeated names together.
pub(super) fn of_map<'r>(place: Place<'r>, trace: &Trace) -> Vec<Entry<'r>> {
    let mut entries: Vec<Entry<'r>> = Vec::new();
    let mut index = BTreeMap::new();
    place.each(&mut |key, value| {
        let at = *index.entry(key.clone()).or_insert(entries.len());
        match entries.get_mut(at).and_then(|entry| entry.values.as_mut()) {
            Some(values) => values.rest.push(value),
            None => entries.push(Entry { key, values: Some(place.first(value)) }),
        }
    });
    trace.see(&[], !entries.is_empty(), values(&entries));
    patched(entries, trace)
}

/// How many values there are under all names.
fn values(entries: &[Entry<'_>]) -> usize {
    entries.iter().filter_map(|entry| entry.values.as_ref()).map(|values| 1 + values.rest.len()).sum()
}

/// `entries` with placeholders for the fields that have failed before, and without those that no placeholder satisfied.
fn patched<'r>(mut entries: Vec<Entry<'r>>, trace: &Trace) -> Vec<Entry<'r>> {
    for patch in trace.patches() {
        let at = entries.iter().position(|entry| entry.key == patch.field);
        match (at, patch.is_omission()) {
            (Some(_), true) => entries.retain(|entry| entry.key != patch.field),
            (Some(at), false) => entries[at].values = None,
            (None, true) => {}
            (None, false) => entries.push(Entry { key: Cow::Owned(patch.field.clone()), values: None }),
        }
    }
    entries
}

/// Hands entries to a visitor, and says of each error which it is about.
pub(super) struct Fields<'r, 't> {
    entries: std::vec::IntoIter<Entry<'r>>,
    current: Option<Entry<'r>>,
    trace: &'t Trace,
}

impl<'r, 't> Fields<'r, 't> {
    pub(super) fn new(entries: Vec<Entry<'r>>, trace: &'t Trace) -> Self {
        Self { entries: entries.into_iter(), current: None, trace }
    }

    fn value<S: DeserializeSeed<'r>>(&self, entry: Entry<'r>, seed: S) -> Result<S::Value, Error> {
        let value = match entry.values {
            Some(values) => seed.deserialize(values),
            None => seed.deserialize(Placeholder(self.trace.patch(&entry.key).map_or(0, Patch::attempt))),
        };
        value.map_err(|error| error.of_field(&entry.key))
    }
}

impl<'r> MapAccess<'r> for Fields<'r, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'r>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.current = self.entries.next();
        let Some(entry) = &self.current else { return Ok(None) };
        let key = seed.deserialize(Text(entry.key.clone()));
        key.map(Some).map_err(|error| error.of_field(&entry.key))
    }

    fn next_value_seed<S: DeserializeSeed<'r>>(&mut self, seed: S) -> Result<S::Value, Error> {
        match self.current.take() {
            Some(entry) => self.value(entry, seed),
            // A visitor that asks for a value before its key is at fault itself.
            None => Err(Error::invalid("expected a name before its value")),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// The entries by position: how a tuple sees a path.
impl<'r> SeqAccess<'r> for Fields<'r, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'r>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.entries.next().map(|entry| self.value(entry, seed)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}
