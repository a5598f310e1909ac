//! Are the pictures well-formed, and does text stay text?

use roxmltree::{Document, Node, ParsingOptions};

use crate::{app, large};

fn parse(text: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The text that a reader sees.
fn texts<'d>(document: &'d Document<'_>) -> Vec<&'d str> {
    document
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")))
        .filter_map(|node| node.children().filter(Node::is_text).filter_map(|node| node.text()).next_back())
        .collect()
}

#[test]
fn text_in_the_drawing_is_what_the_source_says() {
    let svg = app::TABLE.graph().to_svg();
    let document = parse(&svg);
    let texts = texts(&document);
    for text in [
        "GET /words",
        "Vec<&'static str>",
        "words: &Vec<&'static str>",
        "user: Result<&User, &Denied>",
        "tenant: Option<&Tenant>",
        "session: &mut Session",
        "guard Has<Admin> of /t{tenant_id}",
        "guard bearer: Bearer of /t{tenant_id}",
        "Rights<Admin>",
        "query offset: Result<Query<u32>, Rejection>",
        "blocking fn rights",
        "fails with std::io::Error",
        "teardown finish",
        "finish takes &Audit",
        "App.pool",
        "handed to the builder",
    ] {
        assert!(texts.contains(&text), "`{text}` is not in {texts:#?}");
    }
}

#[test]
fn each_box_stands_once_and_holds_its_text() {
    for svg in [app::TABLE.graph().to_svg(), large::TABLE.graph().to_svg()] {
        let document = parse(&svg);
        let boxes = document.descendants().filter(|node| node.attribute("class").is_some_and(|c| c.starts_with("box")));
        let mut titles = Vec::new();
        for rect in boxes {
            let number = |node: Node<'_, '_>, name| node.attribute(name).and_then(|x| x.parse::<f64>().ok()).unwrap();
            let (left, top) = (number(rect, "x"), number(rect, "y"));
            let (right, bottom) = (left + number(rect, "width"), top + number(rect, "height"));
            let group = rect.parent().expect("a group around it");
            let lines: Vec<Node<'_, '_>> = group.children().filter(|node| node.tag_name().name() == "text").collect();
            for line in &lines {
                let text = line.children().filter(Node::is_text).filter_map(|node| node.text()).next_back().unwrap();
                // 0.602 em, the widest of the fonts that it asks for.
                let width = text.chars().count() as f64 * 12.0 * 0.602;
                let (x, y) = (number(*line, "x"), number(*line, "y"));
                let at_end = line.attribute("class").is_some_and(|class| class.starts_with("s "));
                let (start, end) = if at_end { (x - width, x) } else { (x, x + width) };
                assert!(start > left && end < right && y - 10.0 > top && y + 3.0 < bottom, "`{text}` leaves its box");
            }
            titles.push(lines.first().and_then(Node::text).expect("a title"));
        }
        let count = titles.len();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), count, "{titles:?}");
    }
}

#[test]
fn the_page_has_the_whole_and_each_route_and_loads_nothing() {
    let page = large::TABLE.graph().to_html();
    let document = parse(&page);
    let sections = document.descendants().filter(|node| node.has_tag_name("details")).count();
    assert_eq!(sections, large::TABLE.data().route_count());
    let drawings = document.descendants().filter(|node| node.tag_name().name() == "svg").count();
    assert_eq!(drawings, sections + 2, "the whole, its legend and each route");
    let mut ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    for link in document.descendants().filter_map(|node| node.attribute("href")) {
        let id = link.strip_prefix('#').unwrap_or_else(|| panic!("`{link}` leads elsewhere"));
        assert!(ids.contains(&id), "`{link}` leads nowhere");
    }
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
    for loading in ["script", "link", "img", "iframe", "image", "use", "object"] {
        assert!(document.descendants().all(|node| node.tag_name().name() != loading), "there is a `{loading}`");
    }
    assert!(!page.contains("url(") && !page.contains("@import"), "a style loads something");
}

#[test]
fn the_page_keeps_text_as_text() {
    let page = app::TABLE.graph().to_html();
    let document = parse(&page);
    let codes: Vec<&str> = document.descendants().filter(|n| n.has_tag_name("code")).filter_map(|n| n.text()).collect();
    for text in ["App.words: Vec<&'static str>", "show -> User -> Session", "header x-region: Header<String> by tenant"]
    {
        assert!(codes.contains(&text), "`{text}` is not in {codes:#?}");
    }
    let tree = document.descendants().find(|node| node.has_tag_name("pre")).and_then(|node| node.text());
    assert_eq!(tree, Some(app::TABLE.graph().to_text().as_str()));
}
