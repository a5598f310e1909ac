//! What do names and comments say to readers of a document?

/// A doc comment's first paragraph on one line and without its full stop, and what follows it.
pub(super) fn paragraphs(text: &str) -> (String, String) {
    let text = text.trim();
    let (first, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    let first = first.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let one_sentence = first.strip_suffix('.').filter(|first| !first.ends_with('.'));
    (one_sentence.unwrap_or(&first).to_owned(), rest.trim().to_owned())
}

/// `get_user` as `Get user`.
pub(super) fn words(name: &str) -> String {
    let words = name.trim_matches('_').replace('_', " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A path as OpenAPI writes it: `{*rest}` is a parameter like any other, and a brace that stands for itself is encoded.
pub(super) fn template(path: &str) -> String {
    let (mut template, mut rest) = (String::with_capacity(path.len()), path);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, braces) = rest.split_at(at);
        template.push_str(before);
        rest = match (braces.strip_prefix("{{"), braces.strip_prefix("}}")) {
            (Some(rest), _) => {
                template.push_str("%7B");
                rest
            }
            (_, Some(rest)) => {
                template.push_str("%7D");
                rest
            }
            (None, None) => {
                let (name, rest) = braces[1..].split_once('}').unwrap_or_default();
                template += &format!("{{{}}}", name.trim_start_matches('*'));
                rest
            }
        };
    }
    template + rest
}

/// A path without the names of its parameters: what tells two paths apart.
pub(super) fn shape(template: &str) -> String {
    let mut shape = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        shape.push_str(before);
        shape.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    shape + rest
}

/// `GET /users/{id}` as `get_users_id`, for identifiers.
pub(super) fn slug(method: &str, template: &str) -> String {
    let path = template.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    std::iter::once(method.to_lowercase()).chain(path.map(str::to_owned)).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_paragraph_is_the_summary() {
        for (text, summary, description) in [
            ("Returns one user.", "Returns one user", ""),
            ("Returns one\nuser.\n\nOr none.\n\nSo.", "Returns one user", "Or none.\n\nSo."),
            ("And so on...", "And so on...", ""),
            ("", "", ""),
        ] {
            assert_eq!(paragraphs(text), (summary.to_owned(), description.to_owned()));
        }
    }

    #[test]
    fn paths_are_told_apart_by_their_shape() {
        assert_eq!(shape(&template("/files/{name}.{ext}/{*rest}")), "/files/{}.{}/{}");
        assert_eq!(shape("/users"), "/users");
        assert_eq!(template("/a/{{x}}/{id}}}.{*rest}"), "/a/%7Bx%7D/{id}%7D.{rest}");
        assert_eq!(slug("GET", "/users/{id}/posts"), "get_users_id_posts");
        assert_eq!(slug("GET", "/"), "get");
    }

    #[test]
    fn names_become_words() {
        assert_eq!(words("get_user"), "Get user");
        assert_eq!(words("_"), "");
    }
}
