//! What does the graph look like?
//!
//! `collect.rs` reads the statics into plain data (`model.rs`), when somebody asks for it: nothing is done before. Each form
//! is a function of that data: `text.rs`, `mermaid.rs`, `dot.rs`, `svg.rs`, `html.rs`. What the pictures draw as a box is
//! described once, in `vertex.rs`; where boxes and lines go is decided in `layout.rs`.

mod collect;
mod dot;
mod escape;
mod html;
mod layout;
mod mermaid;
mod model;
mod names;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod vertex;

use std::fmt;

pub use self::model::Graph;
use crate::{Container, Table};

impl<C: Container> Table<C> {
    /// The dependency graph, to be looked at: as text, or as a picture. `graph().route(..)` is that of one route.
    ///
    /// It is put together when this is called, from what the macros have written down; nothing is done before.
    #[must_use]
    pub fn graph(&self) -> Graph {
        Graph::collect(std::any::type_name::<C>(), C::FIELDS, self.data())
    }
}

impl Graph {
    /// A tree in text: each route with what it needs, then the container.
    ///
    /// What has been said is not said again: a second mention ends with `(above)`. Double lines lead along a route's longest
    /// async path.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::tree(self)
    }

    /// A flowchart in the language of [Mermaid](https://mermaid.js.org), for a fenced block marked `mermaid`.
    ///
    /// Thick arrows lead along a route's longest async path.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        mermaid::flowchart(self)
    }

    /// A digraph in the language of [Graphviz](https://graphviz.org): `dot -Tsvg graph.dot`.
    #[must_use]
    pub fn to_dot(&self) -> String {
        dot::digraph(self)
    }

    /// A picture that stands alone: it loads nothing, and is light or dark as its reader prefers.
    #[must_use]
    pub fn to_svg(&self) -> String {
        svg::document(self)
    }

    /// A page that stands alone, with no script and nothing to load: the whole graph, then one section for each route.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::page(self)
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
