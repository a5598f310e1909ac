//! The graph as a drawing.
//!
//! Text is measured by the number of its characters: it is set in a font of fixed width, and room is left for the widest.

use std::{collections::HashMap, fmt::Write as _};

use super::{
    escape::xml,
    layout::{self, Leg, Link, Point, Rect, Size},
    model::{Graph, Param, Role, Run, To},
    vertex::{Class, Fact, Vertex},
};
use crate::graph::Use;

/// Colours, light and dark, and fonts; for all drawings of a page.
pub(super) const STYLE: &str = include_str!("style.css");

/// The width of a character: 0.6 em in most fonts of fixed width, and a little more.
const CHAR: f64 = 7.3;
/// From one line of text to the next.
const LINE: f64 = 17.0;
/// From a box's side to its text, and from its top to its first line.
const PAD: (f64, f64) = (12.0, 7.5);
/// Around the line between what a function is and what it takes.
const RULE: f64 = 7.0;
/// Around the drawing.
const MARGIN: f64 = 20.0;
/// Characters of a line of a box; what is longer is cut, and shown in whole where a pointer rests.
const LONGEST: usize = 46;

/// The drawing with its own style and legend.
pub(super) fn document(graph: &Graph) -> String {
    let drawing = Drawing::new(graph);
    let (legend, legend_size) = legend();
    let width = (drawing.layout.width).max(legend_size.width) + 2.0 * MARGIN;
    let height = drawing.layout.height + legend_size.height + 3.0 * MARGIN;
    let mut out = open(&name(graph), width, height, "img");
    _ = write!(out, "<style>{STYLE}</style>");
    _ = write!(out, "<rect class=\"bg\" width=\"{}\" height=\"{}\"/>", num(width), num(height));
    _ = write!(out, "<g transform=\"translate({MARGIN} {MARGIN})\">");
    drawing.draw(&mut out, false);
    let below = drawing.layout.height + 2.0 * MARGIN;
    _ = write!(out, "</g><g transform=\"translate({MARGIN} {})\">{legend}</g></svg>", num(below));
    out
}

/// The drawing for a page that has the style; `linked` makes each route a link to its section there.
pub(super) fn inline(graph: &Graph, linked: bool) -> String {
    let drawing = Drawing::new(graph);
    let (width, height) = (drawing.layout.width + 2.0 * MARGIN, drawing.layout.height + 2.0 * MARGIN);
    let mut out = open(&name(graph), width, height, if linked { "group" } else { "img" });
    _ = write!(out, "<g transform=\"translate({MARGIN} {MARGIN})\">");
    drawing.draw(&mut out, linked);
    out += "</g></svg>";
    out
}

/// The legend, for a page that has the style.
pub(super) fn inline_legend() -> String {
    let (legend, size) = legend();
    open("legend", size.width, size.height, "img") + &legend + "</svg>"
}

fn open(name: &str, width: f64, height: f64, role: &str) -> String {
    let (width, height) = (num(width), num(height));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"di\" role=\"{role}\" aria-label=\"{}\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\">",
        xml(name)
    )
}

fn name(graph: &Graph) -> String {
    match &graph.routes[..] {
        [route] => format!("Dependency graph of {} {}", route.method, route.path),
        _ => format!("Dependency graph of {}", graph.container),
    }
}

/// A line of text in a box.
struct Line {
    class: &'static str,
    text: String,
    /// What stands at the right end, in the scope's colour.
    tag: &'static str,
    /// The parameter that it is for.
    param: Option<usize>,
}

impl Line {
    fn new(class: &'static str, text: String) -> Self {
        Self { class, text, tag: "", param: None }
    }

    fn width(&self) -> f64 {
        let tag = if self.tag.is_empty() { 0 } else { self.tag.len() + 2 };
        (columns(&cut(&self.text, self.class)) + tag) as f64 * CHAR
    }
}

/// A box's text, and how many lines of it are above the rule.
struct Text {
    lines: Vec<Line>,
    head: usize,
}

impl Text {
    fn of(vertex: &Vertex<'_>) -> Self {
        let tag = if vertex.class == Class::Route { "" } else { vertex.class.name() };
        let mut lines = vec![Line { tag, ..Line::new("t", vertex.title.clone()) }];
        for fact in &vertex.facts {
            let class = match fact {
                Fact::Function(Run::Async, _) => "async",
                Fact::Function(Run::Blocking, _) => "blocking",
                _ => "f",
            };
            lines.push(Line::new(class, fact.text()));
        }
        if !vertex.place.is_nowhere() {
            lines.push(Line::new("d", vertex.place.to_string()));
        }
        let head = lines.len();
        for (index, param) in vertex.params.iter().enumerate() {
            let class = if matches!(param.to, To::Request(_)) { "i" } else { "p" };
            lines.push(Line { param: Some(index), ..Line::new(class, param.label()) });
        }
        Self { lines, head }
    }

    fn size(&self) -> Size {
        let width = self.lines.iter().map(Line::width).fold(0.0, f64::max) + 2.0 * PAD.0;
        let rule = if self.lines.len() > self.head { RULE } else { 0.0 };
        Size { width, height: self.lines.len() as f64 * LINE + rule + 2.0 * PAD.1 }
    }

    /// The middle of a line, from the box's top.
    fn middle(&self, line: usize) -> f64 {
        let rule = if line >= self.head { RULE } else { 0.0 };
        PAD.1 + (line as f64 + 0.5) * LINE + rule
    }
}

struct Drawing<'g> {
    vertices: Vec<Vertex<'g>>,
    texts: Vec<Text>,
    /// For each line drawn, the box that it starts from and its parameter.
    starts: Vec<(usize, usize)>,
    layout: layout::Layout,
}

impl<'g> Drawing<'g> {
    fn new(graph: &'g Graph) -> Self {
        let vertices = graph.vertices();
        let texts: Vec<Text> = vertices.iter().map(Text::of).collect();
        let sizes: Vec<Size> = texts.iter().map(Text::size).collect();
        let (mut links, mut starts) = (Vec::new(), Vec::new());
        for (from, text) in texts.iter().enumerate() {
            for (number, line) in text.lines.iter().enumerate() {
                let Some(param) = line.param else { continue };
                if let Some(provider) = vertices[from].params[param].provider() {
                    links.push(Link { from, at: text.middle(number), to: graph.routes.len() + provider });
                    starts.push((from, param));
                }
            }
        }
        let layout = layout::lay_out(&sizes, &links, graph.routes.len());
        Self { vertices, texts, starts, layout }
    }

    fn draw(&self, out: &mut String, linked: bool) {
        // What is marked lies above what is not.
        for marked in [false, true] {
            let legs: Vec<&Leg> = self.layout.legs.iter().filter(|leg| self.marked(leg) == marked).collect();
            let trunks = self.trunks(&legs);
            for leg in legs {
                self.leg(out, leg, &trunks[&Trunk::key(leg)]);
            }
        }
        for (index, rect) in self.layout.boxes.iter().enumerate() {
            let vertex = &self.vertices[index];
            let link = linked && vertex.class == Class::Route;
            if link {
                _ = write!(out, "<a href=\"#{}\">", vertex.id);
            }
            self.vertex(out, index, rect);
            if link {
                *out += "</a>";
            }
        }
    }

    fn marked(&self, leg: &Leg) -> bool {
        leg.links.iter().any(|&link| {
            let (from, param) = self.starts[link];
            self.vertices[from].awaited == Some(param)
        })
    }

    /// How the lines of a piece look, if they look the same.
    fn style(&self, leg: &Leg) -> &'static str {
        if self.marked(leg) {
            return " hot";
        }
        let mut styles = leg.links.iter().map(|&link| {
            let (from, param) = self.starts[link];
            style(&self.vertices[from].params[param])
        });
        let first = styles.next().unwrap_or("");
        if styles.all(|style| style == first) { first } else { "" }
    }

    /// The ways that pieces share.
    fn trunks(&self, legs: &[&Leg]) -> HashMap<[u64; 4], Trunk> {
        let mut trunks: HashMap<[u64; 4], Trunk> = HashMap::new();
        for leg in legs {
            let (y, style) = (leg.from.y, self.style(leg));
            let alone = Trunk { top: y, bottom: y, style, legs: 0 };
            let trunk = trunks.entry(Trunk::key(leg)).or_insert(alone);
            (trunk.top, trunk.bottom, trunk.legs) = (trunk.top.min(y), trunk.bottom.max(y), trunk.legs + 1);
            // Dashes of several lines on the same way would fill each other's gaps.
            if trunk.legs > 1 && (trunk.style != style || !matches!(style, " hot" | " x")) {
                trunk.style = "";
            }
        }
        trunks
    }

    fn leg(&self, out: &mut String, leg: &Leg, trunk: &Trunk) {
        let (from, to) = (leg.from, leg.to);
        let (own, shared) = (self.style(leg), trunk.style);
        let end = if leg.ends { to.x - 7.0 } else { to.x };
        let path = Path { from, to: Point { x: end, y: to.y }, bend: leg.bend };
        let title = match leg.links[..] {
            [link] => {
                let (from, param) = self.starts[link];
                let (user, param) = (&self.vertices[from].title, self.vertices[from].params[param].label());
                format!("<title>{}</title>", xml(&format!("{user}: {param}")))
            }
            _ => String::new(),
        };
        let (start, rest) = path.draw();
        // The outermost pieces draw the way that they share with those between them.
        let outermost = leg.from.y == trunk.top || leg.from.y == trunk.bottom;
        if !outermost {
            _ = write!(out, "<path class=\"e{own}\" d=\"{start}\">{title}</path>");
            return;
        }
        if own == shared {
            _ = write!(out, "<path class=\"e{own}\" d=\"{start}{rest}\">{title}</path>");
        } else {
            let joint = path.joint();
            _ = write!(out, "<path class=\"e{own}\" d=\"{start}\">{title}</path>");
            _ = write!(out, "<path class=\"e{shared}\" d=\"M{} {}{rest}\"/>", num(joint.x), num(joint.y));
        }
        if leg.ends {
            let (x, y) = (num(to.x), num(to.y));
            _ = write!(out, "<path class=\"a{shared}\" d=\"M{x} {y}l-8-4v8z\"/>");
        }
    }

    fn vertex(&self, out: &mut String, index: usize, rect: &Rect) {
        let (vertex, text) = (&self.vertices[index], &self.texts[index]);
        let Rect { x, y, width, height } = *rect;
        let hot = if vertex.on_path { " hot" } else { "" };
        _ = write!(
            out,
            "<g><rect class=\"box{hot}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/>",
            num(x),
            num(y),
            num(width),
            num(height)
        );
        let class = vertex.class.name();
        _ = write!(
            out,
            "<rect class=\"bar {class}\" x=\"{}\" y=\"{}\" width=\"4\" height=\"{}\"/>",
            num(x),
            num(y + 1.0),
            num(height - 2.0)
        );
        if text.lines.len() > text.head {
            let rule = num(y + PAD.1 + text.head as f64 * LINE + RULE / 2.0);
            let (start, end) = (num(x + 4.0), num(x + width - 1.0));
            _ = write!(out, "<path class=\"rule\" d=\"M{start} {rule}H{end}\"/>");
        }
        for (number, line) in text.lines.iter().enumerate() {
            let base = num(y + text.middle(number) + 4.0);
            let shown = cut(&line.text, line.class);
            let title = if shown == line.text { String::new() } else { format!("<title>{}</title>", xml(&line.text)) };
            let (x, right, class) = (num(x + PAD.0), num(x + width - PAD.0), line.class);
            _ = write!(out, "<text class=\"{class}\" x=\"{x}\" y=\"{base}\">{title}{}</text>", xml(&shown));
            if !line.tag.is_empty() {
                let tag = line.tag;
                _ = write!(out, "<text class=\"s {tag}\" x=\"{right}\" y=\"{base}\">{tag}</text>");
            }
        }
        *out += "</g>";
    }
}

/// The way that pieces to the same place share.
struct Trunk {
    /// Where the outermost of them start.
    top: f64,
    bottom: f64,
    style: &'static str,
    legs: usize,
}

impl Trunk {
    fn key(leg: &Leg) -> [u64; 4] {
        // A piece without a bend is on a way of its own.
        let own = leg.bend.map_or((leg.from.x, leg.from.y), |bend| (bend, f64::NAN));
        [own.0, own.1, leg.to.x, leg.to.y].map(f64::to_bits)
    }
}

/// A line that turns twice at most, round its corners.
struct Path {
    from: Point,
    to: Point,
    bend: Option<f64>,
}

impl Path {
    /// Down, up (negative), or as good as level.
    fn drop(&self) -> f64 {
        let drop = self.to.y - self.from.y;
        if drop.abs() < 0.5 { 0.0 } else { drop }
    }

    fn radius(&self) -> f64 {
        (self.drop().abs() / 2.0).min(7.0)
    }

    /// Where the first corner ends: from there the way may be shared.
    fn joint(&self) -> Point {
        match self.bend {
            Some(x) if self.drop() != 0.0 => Point { x, y: self.from.y + self.radius().copysign(self.drop()) },
            bend => Point { x: bend.unwrap_or(self.to.x), y: self.from.y },
        }
    }

    /// Up to the joint, and from there on.
    fn draw(&self) -> (String, String) {
        let Self { from, to, bend } = *self;
        let start = format!("M{} {}", num(from.x), num(from.y));
        let (drop, radius, joint) = (self.drop(), self.radius(), self.joint());
        match bend {
            _ if drop == 0.0 && from.x <= to.x => (start + &format!("H{}", num(joint.x)), format!("H{}", num(to.x))),
            Some(x) => {
                let (y, bottom) = (num(from.y), num(to.y));
                let corner = format!("H{}Q{} {y} {} {}", num(x - radius), num(x), num(joint.x), num(joint.y));
                let turn = num(to.y - radius.copysign(drop));
                (start + &corner, format!("V{turn}Q{} {bottom} {} {bottom}H{}", num(x), num(x + radius), num(to.x)))
            }
            // Backwards, as only a line of a cycle goes.
            None => {
                let (right, left) = (num(from.x + 40.0), num(to.x - 40.0));
                (start, format!("C{right} {} {left} {} {} {}", num(from.y), num(to.y), num(to.x), num(to.y)))
            }
        }
    }
}

/// How a line looks by what it stands for.
fn style(param: &Param) -> &'static str {
    match (&param.role, param.usage) {
        (Role::Guard(_), _) | (_, Use::Run) => " g",
        (_, Use::Exclusive | Use::Held) => " x",
        (_, Use::Value | Use::Fresh) => " v",
        (_, Use::Shared | Use::Lazy) => "",
    }
}

/// What colours and lines mean.
fn legend() -> (String, Size) {
    let mut out = String::new();
    let mut x = 0.0;
    for class in Class::ALL {
        let text = match class {
            Class::Input => "container input",
            class => class.name(),
        };
        let name = class.name();
        _ = write!(out, "<rect class=\"bar {name}\" x=\"{}\" y=\"4\" width=\"10\" height=\"10\"/>", num(x));
        _ = write!(out, "<text class=\"d\" x=\"{}\" y=\"13\">{text}</text>", num(x + 16.0));
        x += 16.0 + (text.len() + 2) as f64 * CHAR;
    }
    let mut width = x;
    x = 0.0;
    for (class, text) in [("", "&T"), (" x", "&mut T"), (" v", "T"), (" g", "guard"), (" hot", "longest async path")] {
        let (start, end) = (num(x), num(x + 30.0));
        _ = write!(out, "<path class=\"e{class}\" d=\"M{start} 32H{end}\"/>");
        _ = write!(out, "<text class=\"d\" x=\"{}\" y=\"36\">{}</text>", num(x + 38.0), xml(text));
        x += 38.0 + (text.len() + 2) as f64 * CHAR;
    }
    for (class, text) in [("async", "async"), ("blocking", "blocking"), ("i", "read from the request")] {
        _ = write!(out, "<text class=\"{class}\" x=\"{}\" y=\"36\">{text}</text>", num(x));
        x += (text.len() + 2) as f64 * CHAR;
    }
    width = width.max(x);
    (out, Size { width, height: 44.0 })
}

/// `text`, or as much of it as a box has room for. Of a place, the end says most.
fn cut(text: &str, class: &str) -> String {
    if columns(text) <= LONGEST {
        return text.to_owned();
    }
    let mut room = LONGEST - 1;
    let mut fits = |c: &char| {
        let needs = column(*c);
        let fits = needs <= room;
        room = room.saturating_sub(needs);
        fits
    };
    if class == "d" {
        let end: Vec<char> = text.chars().rev().take_while(&mut fits).collect();
        return std::iter::once('…').chain(end.into_iter().rev()).collect();
    }
    text.chars().take_while(&mut fits).chain(['…']).collect()
}

/// The width of text in characters.
fn columns(text: &str) -> usize {
    text.chars().map(column).sum()
}

/// Characters of East Asian scripts, and pictures, are twice as wide.
fn column(c: char) -> usize {
    if c >= '\u{1100}' && !('\u{1e00}'..'\u{2e80}').contains(&c) { 2 } else { 1 }
}

/// A coordinate, to a tenth.
fn num(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
