//! The trie against a naive matcher that tries every route, and against matchit where both take a table.
#![allow(missing_docs)]

mod route_support;

use std::cmp::Reverse;

use di_core::route::{Found, ParsedPart, ParsedSegment, Pattern};
use http::Method;
use proptest::prelude::*;
use route_support::{Tree, build};

/// Segments over a small alphabet; `#` becomes a name that is new in its template.
const SEGMENTS: [&str; 16] = [
    "a",
    "b",
    "ab",
    "aab",
    "a-literal-of-20-bytes",
    "{#}",
    "{#}",
    "a{#}",
    "b{#}",
    "ab{#}",
    "{#}b",
    "{#}a",
    "a{#}b",
    "{#}.{#}",
    "a{#}.{#}",
    "{#}.{#}b",
];
const ENDS: [&str; 4] = ["", "/", "/{*#}", "/{*#}"];
const PATH_SEGMENTS: [&str; 14] = [
    "a",
    "b",
    "ab",
    "aab",
    "abb",
    "a.b",
    "a..b",
    "ab.ab",
    ".a",
    "",
    "ba",
    "é",
    "a-literal-of-20-bytes",
    "a-literal-of-20-byteS",
];

fn template(segments: &[&str], end: &str) -> String {
    let mut text: String = segments.iter().map(|segment| format!("/{segment}")).collect();
    text.push_str(end);
    let mut count = 0;
    while text.contains('#') {
        text = text.replacen('#', &format!("p{count}"), 1);
        count += 1;
    }
    if text.is_empty() { "/".to_owned() } else { text }
}

fn templates() -> impl Strategy<Value = Vec<String>> {
    let one = (prop::collection::vec(prop::sample::select(&SEGMENTS[..]), 0..4), prop::sample::select(&ENDS[..]));
    prop::collection::vec(one.prop_map(|(segments, end)| template(&segments, end)), 1..12)
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PATH_SEGMENTS[..]), 1..5)
        .prop_map(|segments| format!("/{}", segments.join("/")))
}

/// Which comes first at one segment: the smaller.
type Rank = (u8, Reverse<usize>, Reverse<usize>);

fn ends(parts: &[ParsedPart]) -> (&str, &str) {
    let literal = |part: Option<&'_ ParsedPart>| match part {
        Some(ParsedPart::Literal(text)) => text.clone(),
        _ => String::new(),
    };
    (literal(parts.first()).leak(), literal(parts.last()).leak())
}

fn rank(segment: &ParsedSegment) -> Rank {
    match segment {
        ParsedSegment::Literal(_) => (0, Reverse(0), Reverse(0)),
        ParsedSegment::Mixed(parts) => {
            let (prefix, suffix) = ends(parts);
            (1, Reverse(prefix.len()), Reverse(suffix.len()))
        }
        ParsedSegment::Param(_) => (2, Reverse(0), Reverse(0)),
        ParsedSegment::Wildcard(_) => (3, Reverse(0), Reverse(0)),
    }
}

/// All ways to match are tried, the shortest values first.
fn match_parts(parts: &[ParsedPart], text: &str) -> Option<Vec<String>> {
    match parts {
        [] => text.is_empty().then(Vec::new),
        [ParsedPart::Literal(literal), rest @ ..] => match_parts(rest, text.strip_prefix(literal.as_str())?),
        [ParsedPart::Param(_), rest @ ..] => (1..=text.len()).filter(|at| text.is_char_boundary(*at)).find_map(|at| {
            let mut values = match_parts(rest, &text[at..])?;
            values.insert(0, text[..at].to_owned());
            Some(values)
        }),
    }
}

fn match_pattern(segments: &[ParsedSegment], path: Option<&str>) -> Option<Vec<String>> {
    let Some((segment, rest)) = segments.split_first() else { return path.is_none().then(Vec::new) };
    let path = path?;
    let (text, behind) = path.split_once('/').map_or((path, None), |(text, behind)| (text, Some(behind)));
    let mut values = match segment {
        ParsedSegment::Literal(literal) => (literal == text).then(Vec::new)?,
        ParsedSegment::Param(_) => (!text.is_empty()).then(|| vec![text.to_owned()])?,
        ParsedSegment::Wildcard(_) => return (!path.is_empty()).then(|| vec![path.to_owned()]),
        ParsedSegment::Mixed(parts) => match_parts(parts, text)?,
    };
    values.extend(match_pattern(rest, behind)?);
    Some(values)
}

fn shape(segments: &[ParsedSegment]) -> String {
    let blank = |part: &ParsedPart| match part {
        ParsedPart::Literal(text) => text.clone(),
        ParsedPart::Param(_) => "{}".to_owned(),
    };
    let segment = |segment: &ParsedSegment| match segment {
        ParsedSegment::Literal(text) => text.clone(),
        ParsedSegment::Param(_) => "{}".to_owned(),
        ParsedSegment::Wildcard(_) => "{*}".to_owned(),
        ParsedSegment::Mixed(parts) => parts.iter().map(blank).collect(),
    };
    segments.iter().map(|s| segment(s) + "/").collect()
}

/// The rule of the module's docs, for two routes of one method.
fn conflict(a: &Pattern, b: &Pattern) -> bool {
    let (a, b) = (&a.segments, &b.segments);
    if shape(a) == shape(b) {
        return true;
    }
    let same = (0..a.len().min(b.len())).take_while(|at| shape(&a[*at..=*at]) == shape(&b[*at..=*at])).count();
    let (Some(ParsedSegment::Mixed(a)), Some(ParsedSegment::Mixed(b))) = (a.get(same), b.get(same)) else {
        return false;
    };
    let ((a_pre, a_suf), (b_pre, b_suf)) = (ends(a), ends(b));
    let prefixes_fit = a_pre.starts_with(b_pre) || b_pre.starts_with(a_pre);
    let suffixes_fit = a_suf.ends_with(b_suf) || b_suf.ends_with(a_suf);
    let by = |x: usize, y: usize| x as i64 - y as i64;
    let (pre, suf) = (by(a_pre.len(), b_pre.len()), by(a_suf.len(), b_suf.len()));
    let ordered = (pre >= 0 && suf >= 0 || pre <= 0 && suf <= 0) && (pre, suf) != (0, 0);
    prefixes_fit && suffixes_fit && !ordered
}

fn first_by_precedence(patterns: &[Pattern], path: &str) -> Option<(u32, Vec<String>)> {
    let matches = patterns.iter().enumerate().filter_map(|(index, pattern)| {
        let values = match_pattern(&pattern.segments, path.strip_prefix('/'))?;
        let ranks: Vec<_> = pattern.segments.iter().map(rank).collect();
        Some((ranks, index as u32, values))
    });
    matches.min().map(|(_, index, values)| (index, values))
}

/// Whether no segment is mixed.
fn is_plain(template: &str) -> bool {
    template.split('/').all(|s| !s.contains('{') || (s.starts_with('{') && s.ends_with('}') && !s.contains('.')))
}

fn routes(templates: &[String]) -> Vec<Tree> {
    templates.iter().map(|template| Tree::route(&format!("GET {template}"))).collect()
}

/// Drops what conflicts with an earlier template, so that a table comes of it.
fn without_conflicts(templates: Vec<String>) -> (Vec<String>, Vec<Pattern>) {
    let (mut kept, mut patterns) = (Vec::new(), Vec::<Pattern>::new());
    for template in templates {
        let pattern = Pattern::parse(&template).unwrap();
        if !patterns.iter().any(|other| conflict(other, &pattern)) {
            kept.push(template);
            patterns.push(pattern);
        }
    }
    (kept, patterns)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_table_is_refused_exactly_if_two_of_its_routes_conflict(templates in templates()) {
        let patterns: Vec<_> = templates.iter().map(|template| Pattern::parse(template).unwrap()).collect();
        let conflicts = patterns.iter().enumerate().any(|(at, b)| patterns[..at].iter().any(|a| conflict(a, b)));
        prop_assert_eq!(build(&routes(&templates)).is_err(), conflicts);
    }

    #[test]
    fn the_trie_finds_what_the_naive_matcher_finds(
        templates in templates(),
        paths in prop::collection::vec(path(), 20),
    ) {
        let (templates, patterns) = without_conflicts(templates);
        let table = build(&routes(&templates)).unwrap();
        for path in paths {
            let found = match table.find(&Method::GET, &path) {
                Found::Route { index, head: false } => {
                    let values = table.route(index).params(&path).map(|(_, value)| value.to_owned()).collect();
                    Some((index, values))
                }
                Found::NotFound => None,
                other => panic!("{other:?}"),
            };
            prop_assert_eq!(found, first_by_precedence(&patterns, &path), "{} in {:?}", path, templates);
        }
    }

    #[test]
    fn the_trie_finds_what_matchit_finds_among_plain_segments(
        templates in templates(),
        paths in prop::collection::vec(path(), 20),
    ) {
        let (templates, _) = without_conflicts(templates.into_iter().filter(|t| is_plain(t)).collect());
        let mut other = matchit::Router::new();
        // matchit refuses a wildcard beside a parameter; such a route is left out of both.
        let templates: Vec<_> =
            templates.into_iter().filter(|template| other.insert(template.as_str(), template.clone()).is_ok()).collect();
        let table = build(&routes(&templates)).unwrap();
        for path in paths {
            let expected = other.at(&path).ok().map(|found| {
                (found.value.clone(), found.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>())
            });
            let found = match table.find(&Method::GET, &path) {
                Found::Route { index, .. } => {
                    let route = table.route(index);
                    let params = route.params(&path).map(|(name, value)| (name.to_owned(), value.to_owned()));
                    Some((route.path().to_string(), params.collect()))
                }
                _ => None,
            };
            prop_assert_eq!(found, expected, "{} in {:?}", path, templates);
        }
    }
}
