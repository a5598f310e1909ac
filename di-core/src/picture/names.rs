//! What are things called?

use crate::{
    graph::{Param, PathShape, Scope, Source},
    route::Capture,
};

/// What an input is called: its source, and its name where that has several: `path id`, `body`, `bearer`.
pub(super) fn input(param: &Param, ty: &str, captures: &[Capture]) -> String {
    let Some(input) = param.input.filter(|_| param.node.get().scope == Scope::Input) else {
        return match ty {
            "HeaderMap" => "headers".to_owned(),
            ty => words(ty),
        };
    };
    match input.source {
        Source::Path => match input.path {
            PathShape::Scalar => named("path", param.name),
            PathShape::Fields(fields) => named("path", &fields.join(", ")),
            // Those of the route from the left; what reads them may serve several routes, so it may not know them.
            PathShape::Tuple(count) => {
                let names: Vec<&str> = captures.iter().take(count).map(Capture::name).collect();
                named("path", &names.join(", "))
            }
            PathShape::None => "path".to_owned(),
        },
        Source::Query => named("query", param.name),
        Source::Header => named("header", &param.name.replace('_', "-")),
        Source::Cookie => named("cookie", param.name),
        Source::Body => "body".to_owned(),
        Source::Security | Source::Request | Source::Session => words(ty),
    }
}

fn named(source: &str, name: &str) -> String {
    if name.is_empty() { source.to_owned() } else { format!("{source} {name}") }
}

/// A type's name in words: `connect info` of `extract::ConnectInfo<..>`.
fn words(ty: &str) -> String {
    let name = ty.split('<').next().unwrap_or(ty).trim();
    let name = name.rsplit("::").next().unwrap_or(name);
    let mut words = String::new();
    let mut before = None;
    for c in name.chars() {
        if c.is_uppercase() && before.is_some_and(char::is_lowercase) {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
        before = Some(c);
    }
    words
}

/// A type's full name without the modules: `Has<Admin>` of `app::Has<app::Admin>`.
pub(super) fn short(full: &str) -> String {
    let mut short = String::with_capacity(full.len());
    let mut rest = full;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (ident, after) = rest.split_at(end);
        if !ident.is_empty() {
            // A module is what stands before `::`, unless arguments of its own follow.
            match after.strip_prefix("::") {
                Some(inner) if inner.starts_with(|c: char| c.is_alphabetic() || c == '_') => rest = inner,
                _ => {
                    short += ident;
                    rest = after;
                }
            }
            continue;
        }
        short.push(c);
        rest = &rest[c.len_utf8()..];
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_names_lose_their_modules() {
        for (full, expected) in [
            ("app::Has<app::auth::Admin>", "Has<Admin>"),
            ("alloc::vec::Vec<&'static str>", "Vec<&'static str>"),
            ("(u8, core::option::Option<[a::B; 3]>)", "(u8, Option<[B; 3]>)"),
            ("alloc::boxed::Box<dyn core::ops::Fn(a::B) -> c::D>", "Box<dyn Fn(B) -> D>"),
            ("<a::B as c::D>::E", "<B as D>::E"),
            ("plain", "plain"),
            ("größe::Maß", "Maß"),
        ] {
            assert_eq!(short(full), expected);
        }
    }

    #[test]
    fn types_of_credentials_become_words() {
        for (ty, expected) in [
            ("Bearer", "bearer"),
            ("extract::ConnectInfo", "connect info"),
            ("ApiKey<A::B>", "api key"),
            ("URI", "uri"),
        ] {
            assert_eq!(words(ty), expected);
        }
    }
}
