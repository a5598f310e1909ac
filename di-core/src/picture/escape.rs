//! How is text written so that each form takes it as text?

/// Text in XML and HTML, also in an attribute.
pub(super) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '\n' => out.push(c),
            // What XML has no way to write.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Text between the quotes of a Mermaid label: what could be markup there is written by number.
pub(super) fn mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => out.push('\u{fffd}'),
            c if c.is_alphanumeric() || " .,:/()_-=!".contains(c) || !c.is_ascii() => out.push(c),
            c => out += &format!("#{};", u32::from(c)),
        }
    }
    out
}

/// Text between the quotes of a DOT string.
pub(super) fn dot(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // Graphviz reads entities of HTML in any label.
            '&' => out += "&amp;",
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a type as written, or a path, may have in it.
    const ODD: &str = "Vec<&'static str> \"q\" a\\b #1; {x} `y` \u{0}é|";

    #[test]
    fn markup_is_text_in_xml() {
        let expected = "Vec&lt;&amp;&#39;static str&gt; &quot;q&quot; a\\b #1; {x} `y` \u{fffd}é|";
        assert_eq!(xml(ODD), expected);
    }

    #[test]
    fn markup_is_text_in_mermaid() {
        let expected = "Vec#60;#38;#39;static str#62; #34;q#34; a#92;b #35;1#59; #123;x#125; #96;y#96; \u{fffd}é#124;";
        assert_eq!(mermaid(ODD), expected);
    }

    #[test]
    fn quotes_are_text_in_dot() {
        assert_eq!(dot(ODD), "Vec<&amp;'static str> \\\"q\\\" a\\\\b #1; {x} `y` \u{fffd}é|");
    }
}
