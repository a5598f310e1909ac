//! Where do boxes and lines go?
//!
//! A layered drawing, from left to right:
//!
//! 1. `layers.rs`: each box stands in a column to the right of all that point at it, by the longest path. A line that
//!    passes a column gets a place in it, so that it never runs behind a box; lines to the same box pass as one.
//! 2. `order.rs`: places of a column are sorted by the mean of their neighbours, until lines cross little.
//! 3. `place.rs`: each place is moved towards its neighbours, as far as those above and below it let it.
//! 4. `route.rs`: between columns, lines to the same box run together.

mod layers;
mod order;
mod place;
mod route;

/// A box to be placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A line to be drawn: from the right side of a box, so far below its top, to the left side of another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) at: f64,
    pub(super) to: usize,
}

/// A point of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A box's place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A piece of a line, between two columns or across one; several lines to the same box may share it.
#[derive(Debug)]
pub(super) struct Leg {
    pub(super) from: Point,
    pub(super) to: Point,
    /// Where it goes up or down, if it does.
    pub(super) bend: Option<f64>,
    pub(super) links: Vec<usize>,
    /// Whether a box is at its end.
    pub(super) ends: bool,
}

/// Where everything goes; the top left is (0, 0).
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) boxes: Vec<Rect>,
    pub(super) legs: Vec<Leg>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// How far below a box's top lines arrive.
pub(super) const ENTRY: f64 = 16.0;

/// One place of a column: a box, or the lines that pass on their way to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Box(usize),
    /// Lines to this box.
    Pass(usize),
}

/// Columns, each from the top, and the pieces of lines between each and the next.
#[derive(Debug)]
struct Columns {
    cells: Vec<Vec<Cell>>,
    /// The pieces behind each column: indices into that column and the next one.
    gaps: Vec<Vec<Piece>>,
    /// Lines that lead backwards, as only those of a cycle do; they are drawn and not laid out.
    backward: Vec<usize>,
}

/// A piece of a line between two neighbouring columns.
#[derive(Debug, Clone)]
struct Piece {
    left: usize,
    right: usize,
    /// How far below the top of the left cell it starts, and of the right cell it ends.
    at: f64,
    entry: f64,
    links: Vec<usize>,
}

/// Places boxes; the first `fixed` of them stand in the first column, in their order.
pub(super) fn lay_out(sizes: &[Size], links: &[Link], fixed: usize) -> Layout {
    let layers = layers::assign(sizes.len(), links, fixed);
    let mut columns = layers::columns(&layers, links);
    order::sort(&mut columns, fixed);
    place::place(&columns, sizes, links)
}

#[cfg(test)]
mod tests;
