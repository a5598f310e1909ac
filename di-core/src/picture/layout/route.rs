//! How does a line get from one column to the next?
//!
//! Level to a track of its target's, up or down that track, and level on. All lines to one target share its track, so what
//! is shared by many is a trunk with branches. Targets whose tracks do not meet may have theirs at the same x.

use super::{Cell, Columns, Leg, Piece, Point};

/// Between the columns and the first and last track.
const SIDE: f64 = 26.0;
/// Between tracks: at most, and at least where there are many.
const TRACK: (f64, f64) = (9.0, 3.5);
/// How wide the room for tracks gets before they move together.
const WIDE: f64 = 220.0;

/// The tracks of one gap between two columns.
pub(super) struct Gap {
    buses: Vec<Bus>,
    /// How many tracks there are.
    tracks: usize,
}

/// All lines to one cell of the column on the right.
struct Bus {
    right: usize,
    /// Where they start, and where they all end.
    starts: Vec<f64>,
    end: f64,
    track: usize,
}

impl Gap {
    /// Gives each target of `pieces` a track; `ends` says how far down a piece starts and ends.
    pub(super) fn new(pieces: &[Piece], ends: impl Fn(&Piece) -> (f64, f64)) -> Self {
        let mut buses: Vec<Bus> = Vec::new();
        for piece in pieces {
            let (start, end) = ends(piece);
            match buses.iter_mut().find(|bus| bus.right == piece.right) {
                Some(bus) => bus.starts.push(start),
                None => buses.push(Bus { right: piece.right, starts: vec![start], end, track: 0 }),
            }
        }
        arrange(&mut buses);
        let mut tracks = 0;
        for i in 0..buses.len() {
            let (before, rest) = buses.split_at_mut(i);
            let meeting = before.iter().filter(|other| other.meets(&rest[0])).map(|other| other.track + 1);
            rest[0].track = meeting.max().unwrap_or(0);
            tracks = tracks.max(rest[0].track + 1);
        }
        Self { buses, tracks }
    }

    /// How wide it is.
    pub(super) fn width(&self) -> f64 {
        2.0 * SIDE + self.step() * self.tracks.saturating_sub(1) as f64
    }

    fn step(&self) -> f64 {
        let (most, least) = TRACK;
        (WIDE / self.tracks as f64).clamp(least, most)
    }

    /// How far into the gap the track of a target is.
    fn track(&self, right: usize) -> f64 {
        let bus = self.buses.iter().find(|bus| bus.right == right);
        bus.map_or(SIDE, |bus| SIDE + self.step() * bus.track as f64)
    }
}

impl Bus {
    fn span(&self) -> (f64, f64) {
        self.starts.iter().fold((self.end, self.end), |(top, bottom), &y| (top.min(y), bottom.max(y)))
    }

    /// Whether the two need tracks of their own.
    fn meets(&self, other: &Self) -> bool {
        let (a, b) = (self.span(), other.span());
        a.0 <= b.1 + 24.0 && b.0 <= a.1 + 24.0
    }

    /// How bad it is for this one to be left of `other`: each crossing counts, and lines that lie on each other more.
    fn left_of(&self, other: &Self) -> usize {
        let inside = |y: f64, (top, bottom): (f64, f64)| usize::from(top < y && y < bottom);
        let on = |y: f64| usize::from((y - self.end).abs() < 4.0) * 20;
        let starts = other.starts.iter().map(|&y| inside(y, self.span()) + on(y));
        starts.sum::<usize>() + inside(self.end, other.span())
    }
}

/// Sorts buses from left to right, swapping neighbours while that makes lines cross less.
fn arrange(buses: &mut [Bus]) {
    for _ in 0..buses.len() {
        let mut swapped = false;
        for i in 1..buses.len() {
            if buses[i].left_of(&buses[i - 1]) < buses[i - 1].left_of(&buses[i]) {
                buses.swap(i - 1, i);
                swapped = true;
            }
        }
        if !swapped {
            break;
        }
    }
}

/// The pieces of all lines: across each gap, and level through the columns that they pass.
pub(super) fn legs(columns: &Columns, tops: &[Vec<f64>], spans: &[(f64, f64)], gaps: &[Gap]) -> Vec<Leg> {
    let mut legs = Vec::new();
    for (column, pieces) in columns.gaps.iter().enumerate() {
        for piece in pieces {
            let from = Point { x: spans[column].1, y: tops[column][piece.left] + piece.at };
            let to = Point { x: spans[column + 1].0, y: tops[column + 1][piece.right] + piece.entry };
            let ends = matches!(columns.cells[column + 1][piece.right], Cell::Box(_));
            let track = gaps[column].track(piece.right);
            legs.push(Leg { from, to, bend: Some(from.x + track), links: piece.links.clone(), ends });
        }
        for (index, cell) in columns.cells[column].iter().enumerate() {
            if let Cell::Pass(_) = cell {
                let y = tops[column][index];
                let (start, end) = spans[column];
                let links = pieces.iter().filter(|piece| piece.left == index).flat_map(|piece| piece.links.clone());
                let links: Vec<usize> = links.collect();
                let (from, to) = (Point { x: start, y }, Point { x: end, y });
                legs.push(Leg { from, to, bend: None, links, ends: false });
            }
        }
    }
    legs
}
