//! How is a user told what is wrong with a path template?
//!
//! One constructor for each rule of the grammar; each quotes the segment and offers the edit to make.

use std::fmt;

use super::pattern::is_identifier;

/// What is wrong with a path template; its `Display` is the message, help included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    message: String,
}

impl PatternError {
    fn new(problem: impl fmt::Display, help: impl fmt::Display) -> Self {
        Self { message: format!("{problem}\nhelp: {help}") }
    }

    pub(super) fn no_slash(template: &str) -> Self {
        let help = match (template.split_once("://"), template.split_once(' ')) {
            (Some((_, rest)), _) => {
                let path = rest.find('/').map_or("/", |at| &rest[at..]);
                format!("write `{path}`, without scheme and host")
            }
            (None, Some((method, path))) if path.starts_with('/') => {
                format!("write `{path}`: the method, `{method}`, is the attribute's name")
            }
            _ => format!("write `/{template}`"),
        };
        Self::new(format_args!("path `{template}` does not start with `/`"), help)
    }

    pub(super) fn empty_segment(template: &str) -> Self {
        let mut fixed = template.to_owned();
        while fixed.contains("//") {
            fixed = fixed.replace("//", "/");
        }
        Self::new(format_args!("path `{template}` has an empty segment"), format_args!("write `{fixed}`"))
    }

    pub(super) fn prefix_end(prefix: &str) -> Self {
        match prefix.trim_end_matches('/') {
            "" => Self::new(
                format_args!("prefix `{prefix}` adds nothing to the paths of the group"),
                "leave it out: `group(guards = [..], ..)`",
            ),
            fixed => Self::new(
                format_args!("prefix `{prefix}` ends with `/`, and each path of the group starts with one"),
                format_args!("write `{fixed}`"),
            ),
        }
    }

    pub(super) fn wildcard_prefix(prefix: &str, name: &str) -> Self {
        Self::new(
            format_args!("prefix `{prefix}` ends with a wildcard, which leaves nothing to the group's routes"),
            format_args!("write `{{{name}}}` for one segment, or end the routes' own paths with `{{*{name}}}`"),
        )
    }

    pub(super) fn wildcard_not_last(segment: &str, name: &str) -> Self {
        Self::new(
            format_args!("wildcard `{segment}` takes the rest of the path, so nothing can follow it"),
            format_args!("move it to the end, or write `{{{name}}}` for one segment"),
        )
    }

    pub(super) fn wildcard_beside(segment: &str, name: &str) -> Self {
        Self::new(
            format_args!("wildcard `{{*{name}}}` stands beside other text in `{segment}`"),
            format_args!("give it a segment of its own: `/{{*{name}}}`"),
        )
    }

    pub(super) fn adjacent(segment: &str, first: &str, second: &str) -> Self {
        Self::new(
            format_args!("nothing in `{segment}` says where `{first}` ends and `{second}` begins"),
            format_args!("separate them: `{{{first}}}-{{{second}}}` or `{{{first}}}/{{{second}}}`"),
        )
    }

    pub(super) fn same_name(template: &str, name: &str) -> Self {
        Self::new(format_args!("parameter `{name}` is twice in `{template}`"), "rename one of the two")
    }

    pub(super) fn colon(segment: &str) -> Self {
        let (name, rest) = split_name(&segment[1..]);
        Self::foreign(segment, &format!("{{{name}}}{rest}"))
    }

    pub(super) fn star(segment: &str) -> Self {
        let (name, _) = split_name(segment.trim_start_matches('*'));
        Self::foreign(segment, &format!("{{*{}}}", or(name, "rest")))
    }

    pub(super) fn angle(segment: &str, inner: &str) -> Self {
        // Flask puts the type first (`<int:id>`), Rocket marks a wildcard by dots (`<rest..>`).
        let (kind, name) = inner.split_once(':').unwrap_or(("", inner));
        match name.strip_suffix("..") {
            Some(name) => Self::foreign(segment, &format!("{{*{name}}}")),
            None if kind == "path" => Self::foreign(segment, &format!("{{*{name}}}")),
            None => Self::foreign(segment, &format!("{{{}}}", or(name, "id"))),
        }
    }

    fn foreign(segment: &str, fixed: &str) -> Self {
        Self::new(format_args!("`{segment}` is not how a parameter is written here"), format_args!("write `{fixed}`"))
    }

    pub(super) fn typed(segment: &str, name: &str, kind: &str) -> Self {
        let name = name.trim_start_matches('*');
        if kind == "path" {
            return Self::new(
                format_args!("`{segment}` has a type, and templates have none"),
                format_args!("write `{{*{name}}}` for the rest of the path, slashes included"),
            );
        }
        Self::new(
            format_args!("`{segment}` has a type, and templates have none"),
            format_args!("write `{{{name}}}`; the type comes from the handler's parameter, as in `{name}: Path<u64>`"),
        )
    }

    pub(super) fn unclosed(segment: &str, rest: &str) -> Self {
        let (name, _) = split_name(rest.trim_start_matches('*'));
        let star = if rest.starts_with('*') { "*" } else { "" };
        Self::new(
            format_args!("`{segment}` opens a brace and does not close it"),
            format_args!("write `{{{star}{}}}`, or `{{{{` for a brace itself", or(name, "name")),
        )
    }

    pub(super) fn unopened(segment: &str) -> Self {
        Self::new(
            format_args!("`{segment}` closes a brace that it does not open"),
            "write `}}` for a brace itself, or open it: `{name}`",
        )
    }

    pub(super) fn no_name(segment: &str, wildcard: bool) -> Self {
        let fixed = if wildcard { "{*rest}" } else { "{id}" };
        Self::new(format_args!("a parameter in `{segment}` has no name"), format_args!("write `{fixed}`"))
    }

    pub(super) fn bad_name(segment: &str, name: &str) -> Self {
        if name.ends_with('?') {
            return Self::new(
                format_args!("`{segment}` marks a parameter as optional, and a path has it or not"),
                "write two routes, one with the segment and one without",
            );
        }
        let fixed: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let fixed = fixed.trim_matches('_');
        Self::new(
            format_args!("`{name}` in `{segment}` cannot be the name of a handler's parameter"),
            format_args!("write an identifier: `{{{}}}`", if is_identifier(fixed) { fixed } else { "name" }),
        )
    }

    pub(super) fn query(segment: &str, c: char) -> Self {
        let (path, _) = segment.split_once(c).unwrap_or((segment, ""));
        let what = if c == '?' { "a query" } else { "a fragment" };
        let help = if c == '?' { "take it as `Query<T>` in the handler" } else { "clients keep it to themselves" };
        Self::new(
            format_args!("`{segment}` has `{c}`, which starts {what}, and that is no part of the path"),
            format_args!("end the path with `{}`; {help}", or(path, "/")),
        )
    }

    pub(super) fn blank(segment: &str, c: char) -> Self {
        Self::new(
            format_args!("`{}` has the character `{}`", segment.escape_debug(), c.escape_debug()),
            "remove it, or write it percent-encoded: a space is `%20`",
        )
    }
}

/// The name that `s` starts with, and what is behind it.
fn split_name(s: &str) -> (&str, &str) {
    let end = s.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(s.len());
    s.split_at(end)
}

fn or<'s>(name: &'s str, otherwise: &'s str) -> &'s str {
    if name.is_empty() { otherwise } else { name }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PatternError {}
