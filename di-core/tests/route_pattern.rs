//! The grammar of path templates as a table of cases.
#![allow(missing_docs)]

use di_core::route::{ParsedPart, ParsedSegment, Pattern};

/// The parsed segments, one letter for each kind: `L(users) P(id) W(rest) M(v{major})`.
fn show(pattern: &Pattern) -> String {
    let part = |part: &ParsedPart| match part {
        ParsedPart::Literal(text) => text.clone(),
        ParsedPart::Param(name) => format!("{{{name}}}"),
    };
    let segment = |segment: &ParsedSegment| match segment {
        ParsedSegment::Literal(text) => format!("L({text})"),
        ParsedSegment::Param(name) => format!("P({name})"),
        ParsedSegment::Wildcard(name) => format!("W({name})"),
        ParsedSegment::Mixed(parts) => format!("M({})", parts.iter().map(part).collect::<String>()),
    };
    pattern.segments.iter().map(segment).collect::<Vec<_>>().join(" ")
}

#[test]
fn templates_are_taken_apart() {
    let rows = [
        ("", ""),
        ("/", "L()"),
        ("/users", "L(users)"),
        ("/users/", "L(users) L()"),
        ("/users/{id}", "L(users) P(id)"),
        ("/{type}/{_x}/{été}", "P(type) P(_x) P(été)"),
        ("/files/{*rest}", "L(files) W(rest)"),
        ("/v{major}.{minor}", "M(v{major}.{minor})"),
        ("/@{user}/{name}.{ext}", "M(@{user}) M({name}.{ext})"),
        ("/{name}:cancel", "M({name}:cancel)"),
        ("/users:batch", "L(users:batch)"),
        ("/a*b", "L(a*b)"),
        ("/{{x}}", "L(%7Bx%7D)"),
        ("/{{{x}}}", "M(%7B{x}%7D)"),
        ("/café", "L(caf%C3%A9)"),
        ("/a%2fb%zz%", "L(a%2Fb%25zz%25)"),
        ("/%25ab", "L(%25ab)"),
        ("/%%41", "L(%25%41)"),
        ("/-._~!$&'()+,;=@", "L(-._~!$&'()+,;=@)"),
    ];
    for (template, expected) in rows {
        let pattern = Pattern::parse(template).unwrap_or_else(|error| panic!("{template}: {error}"));
        assert_eq!(show(&pattern), expected, "{template}");
    }
}

#[test]
fn each_mistake_has_its_message_and_its_remedy() {
    let rows = [
        ("users", "path `users` does not start with `/`", "write `/users`"),
        ("/users/:id", "`:id` is not how a parameter is written here", "write `{id}`"),
        ("/:id.json", "`:id.json` is not how a parameter is written here", "write `{id}.json`"),
        ("/*rest", "`*rest` is not how a parameter is written here", "write `{*rest}`"),
        ("/*", "`*` is not how a parameter is written here", "write `{*rest}`"),
        ("/<id>", "`<id>` is not how a parameter is written here", "write `{id}`"),
        ("/<int:id>", "`<int:id>` is not how a parameter is written here", "write `{id}`"),
        ("/<rest..>", "`<rest..>` is not how a parameter is written here", "write `{*rest}`"),
        (
            "/{id:u64}",
            "`{id:u64}` has a type, and templates have none",
            "write `{id}`; the type comes from the handler's parameter, as in `id: Path<u64>`",
        ),
        (
            "/{p:path}",
            "`{p:path}` has a type, and templates have none",
            "write `{*p}` for the rest of the path, slashes included",
        ),
        ("/{id", "`{id` opens a brace and does not close it", "write `{id}`, or `{{` for a brace itself"),
        ("/{*", "`{*` opens a brace and does not close it", "write `{*name}`, or `{{` for a brace itself"),
        ("/id}", "`id}` closes a brace that it does not open", "write `}}` for a brace itself, or open it: `{name}`"),
        ("/{}", "a parameter in `{}` has no name", "write `{id}`"),
        ("/{*}", "a parameter in `{*}` has no name", "write `{*rest}`"),
        (
            "/{user-id}",
            "`user-id` in `{user-id}` cannot be the name of a handler's parameter",
            "write an identifier: `{user_id}`",
        ),
        ("/{1}", "`1` in `{1}` cannot be the name of a handler's parameter", "write an identifier: `{name}`"),
        ("/{_}", "`_` in `{_}` cannot be the name of a handler's parameter", "write an identifier: `{name}`"),
        (
            "/{id?}",
            "`{id?}` marks a parameter as optional, and a path has it or not",
            "write two routes, one with the segment and one without",
        ),
        (
            "/{*rest}/x",
            "wildcard `{*rest}` takes the rest of the path, so nothing can follow it",
            "move it to the end, or write `{rest}` for one segment",
        ),
        (
            "/a{*rest}",
            "wildcard `{*rest}` stands beside other text in `a{*rest}`",
            "give it a segment of its own: `/{*rest}`",
        ),
        ("/{a}{b}", "nothing in `{a}{b}` says where `a` ends and `b` begins", "separate them: `{a}-{b}` or `{a}/{b}`"),
        ("/{id}/x/{id}", "parameter `id` is twice in `/{id}/x/{id}`", "rename one of the two"),
        (
            "/a?b=c",
            "`a?b=c` has `?`, which starts a query, and that is no part of the path",
            "end the path with `a`; take it as `Query<T>` in the handler",
        ),
        (
            "/?b",
            "`?b` has `?`, which starts a query, and that is no part of the path",
            "end the path with `/`; take it as `Query<T>` in the handler",
        ),
        (
            "/a#b",
            "`a#b` has `#`, which starts a fragment, and that is no part of the path",
            "end the path with `a`; clients keep it to themselves",
        ),
        ("/a b", "`a b` has the character ` `", "remove it, or write it percent-encoded: a space is `%20`"),
        ("/a\n", "`a\\n` has the character `\\n`", "remove it, or write it percent-encoded: a space is `%20`"),
        ("/a//b", "path `/a//b` has an empty segment", "write `/a/b`"),
        ("//", "path `//` has an empty segment", "write `/`"),
    ];
    for (template, problem, help) in rows {
        let error = Pattern::parse(template).expect_err(template);
        assert_eq!(error.to_string(), format!("{problem}\nhelp: {help}"), "{template}");
    }
}

#[test]
fn prefixes_are_templates_that_something_can_follow() {
    let rows = [
        ("/", "prefix `/` adds nothing to the paths of the group\nhelp: leave it out: `group(guards = [..], ..)`"),
        ("/a/", "prefix `/a/` ends with `/`, and each path of the group starts with one\nhelp: write `/a`"),
        ("a", "path `a` does not start with `/`\nhelp: write `/a`"),
        (
            "/a/{*x}",
            "prefix `/a/{*x}` ends with a wildcard, which leaves nothing to the group's routes\n\
             help: write `{x}` for one segment, or end the routes' own paths with `{*x}`",
        ),
    ];
    for (prefix, expected) in rows {
        assert_eq!(Pattern::parse_prefix(prefix).expect_err(prefix).to_string(), expected, "{prefix}");
    }
    assert_eq!(show(&Pattern::parse_prefix("/a/{b}").unwrap()), "L(a) P(b)");
}
