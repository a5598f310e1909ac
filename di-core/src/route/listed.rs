//! Where does a table list a handler? Asked for links, at compile time.

use super::table::TableData;
use super::{RouteMeta, fault, key};
use crate::graph::{RouteRef, check};
use crate::text::Text;

impl TableData {
    /// The index of the one route of `handler`, whose prefixes have just the parameters `names`.
    ///
    /// # Panics
    ///
    /// With what is wrong: the table lists the handler nowhere or twice, or the prefixes have other parameters.
    #[doc(hidden)]
    #[track_caller]
    #[must_use]
    pub const fn uri_of(&self, handler: RouteRef, names: &[&str]) -> u32 {
        let meta = &handler.get().declaration().meta;
        let (mut found, mut at) = (None, 0);
        while at < self.routes.len() {
            if same(self.routes[at].meta(), meta) {
                if let Some(first) = found {
                    check::fail(Some(self.twice(meta, first, at as u32)));
                }
                found = Some(at as u32);
            }
            at += 1;
        }
        let Some(found) = found else {
            check::fail(Some(nowhere(meta)));
            return 0;
        };
        check::fail(self.misnamed(found, names));
        found
    }

    /// What is wrong with the names that are given for the parameters of a route's prefixes.
    const fn misnamed(&self, route: u32, names: &[&str]) -> Option<Text> {
        let captures = self.route(route).captures();
        let own = own_count(self.routes[route as usize].meta());
        let prefixes = captures.len() - own;
        let mut at = 0;
        while at < prefixes {
            if !has(names, captures[at].name()) {
                let text = Text::new().str("the path `");
                let text = fault::path(text, self.route_path(route)).str("` needs a value for `");
                let text = text.str(captures[at].name()).str("`, which is in the prefix of a group\nhelp: write `");
                return Some(text.str(captures[at].name()).str(" = ..` behind the handler"));
            }
            at += 1;
        }
        let mut at = 0;
        while at < names.len() {
            let (mut known, mut i) = (false, 0);
            while i < prefixes {
                known = known || key::same(captures[i].name(), bare(names[at]));
                i += 1;
            }
            if has(names.split_at(at).0, bare(names[at])) {
                let text =
                    Text::new().str("`").str(bare(names[at])).str("` is given twice\nhelp: remove one of the two");
                return Some(text);
            }
            if !known {
                let text = Text::new().str("no prefix of the path `");
                let text = fault::path(text, self.route_path(route)).str("` has a parameter `").str(bare(names[at]));
                return Some(text.str("`\nhelp: remove it; what is in the handler's own path is an argument"));
            }
            at += 1;
        }
        None
    }

    const fn twice(&self, meta: &RouteMeta, first: u32, second: u32) -> Text {
        let text = Text::new().str("`").str(meta.name).str("` has two paths in this table: `");
        let text = fault::path(text, self.route_path(first)).str("` and `");
        fault::path(text, self.route_path(second))
            .str("`\nhelp: write the prefix by hand, before what the handler's own `uri` gives")
    }
}

const fn nowhere(meta: &RouteMeta) -> Text {
    let text = Text::new().str("this table does not list `").str(meta.name).str("` ");
    fault::place(text, meta.place).str("\nhelp: list it, or name the table that does")
}

/// Whether two records are of one handler. In const evaluation addresses cannot be compared.
const fn same(a: &RouteMeta, b: &RouteMeta) -> bool {
    a.place.line() == b.place.line()
        && key::same(a.name, b.name)
        && a.place.column() == b.place.column()
        && key::same(a.path, b.path)
        && key::same(a.method, b.method)
        && key::same(a.place.file(), b.place.file())
}

/// How many parameters the handler's own path has.
const fn own_count(meta: &RouteMeta) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < meta.segments.len() {
        count += meta.segments[at].param_count();
        at += 1;
    }
    count
}

const fn has(names: &[&str], name: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        if key::same(bare(names[at]), name) {
            return true;
        }
        at += 1;
    }
    false
}

/// A name without the `r#` of a keyword.
const fn bare(name: &str) -> &str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}
