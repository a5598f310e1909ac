//! What does a request have under a name, or under all names?

use std::borrow::Cow;

use di_core::{graph::RequestView, route::decode};
use http::{
    HeaderMap,
    header::{COOKIE, HeaderValue},
};

use super::{
    super::pointer,
    value::{Habit, NotText, Offer, Value, Values},
};

/// A part of a request in which text stands under names.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'r> {
    /// The query string, without its `?`.
    Query(&'r str),
    /// The headers.
    Header(&'r HeaderMap),
    /// The cookies in these headers.
    Cookie(&'r HeaderMap),
    /// The path's parameters.
    Path(RequestView<'r>),
    /// A form-encoded body.
    Form(&'r str),
    /// The parts of a multipart body.
    #[cfg_attr(not(feature = "multipart"), allow(dead_code))]
    Parts(&'r [Part]),
}

/// A part of a multipart body.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) value: PartValue,
}

/// What a part holds.
#[derive(Debug)]
#[cfg_attr(not(feature = "multipart"), allow(dead_code))]
pub(crate) enum PartValue {
    Text(String),
    NotUtf8,
    File(Box<dyn Offer>),
}

impl Part {
    fn value(&self) -> Value<'_> {
        match &self.value {
            PartValue::Text(text) => Ok(Cow::Borrowed(text)),
            PartValue::NotUtf8 => Err(NotText::NotUtf8),
            PartValue::File(file) => Err(NotText::File(&**file)),
        }
    }
}

impl<'r> Place<'r> {
    /// What responses call the place.
    pub(crate) fn location(self) -> &'static str {
        match self {
            Self::Query(_) => "query",
            Self::Header(_) => "header",
            Self::Cookie(_) => "cookie",
            Self::Path(_) => "path",
            Self::Form(_) | Self::Parts(_) => "body",
        }
    }

    /// What the client calls what the code calls `name`.
    pub(crate) fn name(self, name: &str) -> Cow<'_, str> {
        match self {
            Self::Header(_) if name.contains('_') => Cow::Owned(name.replace('_', "-")),
            // What is in a body is pointed at.
            Self::Form(_) | Self::Parts(_) => Cow::Owned(pointer::of(name)),
            _ => Cow::Borrowed(name),
        }
    }

    /// Whether names beyond a struct's fields are shown to it, for `#[serde(deny_unknown_fields)]`.
    ///
    /// Every request has headers that no handler asks for, and what a path is made of is the table's business.
    pub(super) fn shows_unknown(self) -> bool {
        matches!(self, Self::Query(_) | Self::Cookie(_) | Self::Form(_) | Self::Parts(_))
    }

    /// Whether two names of a struct's fields, aliases included, are one to this place.
    pub(super) fn is_one(self, a: &str, b: &str) -> bool {
        match self {
            Self::Header(_) => self.name(a).eq_ignore_ascii_case(&self.name(b)),
            _ => a == b,
        }
    }

    /// All that is there under `name`; nothing else is decoded.
    pub(super) fn named(self, name: &str) -> Option<Values<'r>> {
        let mut found = Found { values: None, habit: self.habit() };
        match self {
            Self::Query(query) | Self::Form(query) => {
                pairs(query).filter(|(key, _)| same(key, name)).for_each(|(_, raw)| found.push(form_value(raw)));
            }
            Self::Header(headers) => {
                let lines = headers.iter().filter(|(key, _)| same_header(key.as_str(), name));
                lines.for_each(|(_, line)| found.push(header_value(line)));
            }
            Self::Cookie(headers) => cookies(headers, &mut |key, value| {
                if key == name {
                    found.push(value);
                }
            }),
            Self::Parts(parts) => {
                parts.iter().filter(|part| part.name == name).for_each(|part| found.push(part.value()));
            }
            Self::Path(request) => {
                if let Some(raw) = request.path_params().get(name) {
                    found.push(decode(raw).map_err(|_| NotText::NotUtf8));
                }
            }
        }
        found.values
    }

    /// Hands over all that is there, name by name, in order.
    pub(crate) fn each(self, take: &mut dyn FnMut(Cow<'r, str>, Value<'r>)) {
        match self {
            Self::Query(query) | Self::Form(query) => {
                pairs(query).for_each(|(key, raw)| take(form_key(key), form_value(raw)));
            }
            Self::Header(headers) => {
                headers.iter().for_each(|(key, line)| take(Cow::Borrowed(key.as_str()), header_value(line)));
            }
            Self::Cookie(headers) => cookies(headers, &mut |key, value| take(Cow::Borrowed(key), value)),
            Self::Parts(parts) => parts.iter().for_each(|part| take(Cow::Borrowed(&part.name), part.value())),
            Self::Path(request) => {
                let params = request.path_params();
                params.for_each(|(key, raw)| take(Cow::Borrowed(key), decode(raw).map_err(|_| NotText::NotUtf8)));
            }
        }
    }

    /// One value of this place, as the start of a list.
    pub(super) fn first(self, value: Value<'r>) -> Values<'r> {
        Values { first: value, rest: Vec::new(), habit: self.habit() }
    }

    fn habit(self) -> Habit {
        match self {
            Self::Cookie(_) => Habit::Cookie,
            Self::Form(_) | Self::Parts(_) => Habit::Form,
            Self::Query(_) | Self::Header(_) | Self::Path(_) => Habit::None,
        }
    }
}

/// What was found under one name so far.
struct Found<'r> {
    values: Option<Values<'r>>,
    habit: Habit,
}

impl<'r> Found<'r> {
    fn push(&mut self, value: Value<'r>) {
        match &mut self.values {
            Some(values) => values.rest.push(value),
            none => *none = Some(Values { first: value, rest: Vec::new(), habit: self.habit }),
        }
    }
}

/// The pairs of a form-encoded string, raw ([URL standard](https://url.spec.whatwg.org/#urlencoded-parsing)).
fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn is_plain(raw: &str) -> bool {
    !raw.bytes().any(|byte| matches!(byte, b'%' | b'+'))
}

fn form_value(raw: &str) -> Value<'_> {
    if raw.contains('+') {
        // Decoding borrows from its argument, which is ours here.
        return decode(&raw.replace('+', " ")).map(|text| Cow::Owned(text.into_owned())).map_err(|_| NotText::NotUtf8);
    }
    decode(raw).map_err(|_| NotText::NotUtf8)
}

/// A key that is not UTF-8 stays as it is written: no field has that name.
fn form_key(raw: &str) -> Cow<'_, str> {
    form_value(raw).unwrap_or(Cow::Borrowed(raw))
}

fn same(raw: &str, name: &str) -> bool {
    if is_plain(raw) { raw == name } else { form_value(raw).is_ok_and(|key| key == name) }
}

fn same_header(header: &str, name: &str) -> bool {
    header.len() == name.len()
        && header.bytes().zip(name.bytes()).all(|(there, asked)| match asked {
            b'_' => there == b'-',
            asked => there == asked.to_ascii_lowercase(),
        })
}

fn header_value(line: &HeaderValue) -> Value<'_> {
    std::str::from_utf8(line.as_bytes()).map(Cow::Borrowed).map_err(|_| NotText::NotUtf8)
}

/// Hands over the pairs of all `Cookie` headers ([RFC 6265 §5.4]); what is no pair is passed over.
///
/// Each is looked at by itself, so that one that is not UTF-8, set by whoever else has the domain, harms no other.
///
/// [RFC 6265 §5.4]: https://www.rfc-editor.org/rfc/rfc6265#section-5.4
pub(crate) fn cookies<'r>(headers: &'r HeaderMap, take: &mut dyn FnMut(&'r str, Value<'r>)) {
    for piece in headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|&byte| byte == b';')) {
        match std::str::from_utf8(piece) {
            Ok(piece) => {
                let cookie = cookie::Cookie::parse(piece).ok();
                if let Some((name, value)) = cookie.and_then(|cookie| cookie.name_raw().zip(cookie.value_raw())) {
                    take(name, Ok(decoded(unquoted(value))));
                }
            }
            Err(_) => {
                let name = piece.split(|&byte| byte == b'=').next().and_then(|name| std::str::from_utf8(name).ok());
                name.into_iter().for_each(|name| take(name.trim(), Err(NotText::NotUtf8)));
            }
        }
    }
}

/// What is percent-encoded decoded, as [`Cookies`](crate::respond::Cookies) and browsers' programs write what no cookie can have; as it
/// is where that is no text.
fn decoded(value: &str) -> Cow<'_, str> {
    decode(value).unwrap_or(Cow::Borrowed(value))
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}
