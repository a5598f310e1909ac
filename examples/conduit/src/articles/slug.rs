//! What an article is called in URLs.

use std::{
    iter,
    time::{SystemTime, UNIX_EPOCH},
};

/// What an article of this title may be called, best first: the first of a title has the plain slug.
pub(super) fn choices(title: &str) -> impl Iterator<Item = String> {
    let plain = of(title);
    iter::once(plain.clone()).chain(iter::repeat_with(move || another(&plain)).take(4))
}

/// `how-to-train-your-dragon`.
fn of(title: &str) -> String {
    match slug::slugify(title) {
        // Of a title without a letter nothing is left, and `/articles/feed` is something else.
        slug if slug.is_empty() || slug == "feed" => format!("article-{slug}"),
        slug => slug,
    }
}

/// The same, with what tells it from another article of that title.
fn another(slug: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{slug}-{:x}", now.as_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_of_small_letters_digits_and_hyphens() {
        assert_eq!(of("How to train your dragon, Part 2"), "how-to-train-your-dragon-part-2");
        assert_eq!(of("Ärger & Ölwechsel"), "arger-olwechsel");
        assert_eq!(of("?!"), "article-");
        assert_eq!(of("Feed"), "article-feed");
        let choices: Vec<String> = choices("Dragons").collect();
        assert_eq!(choices[0], "dragons");
        assert!(choices.len() > 2 && choices[1..].iter().all(|slug| slug.starts_with("dragons-")), "{choices:?}");
    }
}
