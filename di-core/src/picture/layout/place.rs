//! How far to the right, and how far down?

use super::{
    Cell, Columns, ENTRY, Layout, Leg, Link, Piece, Point, Rect, Size,
    route::{self, Gap},
};

/// Between boxes, and around lines that pass.
const BOX_GAP: f64 = 16.0;
const PASS_GAP: f64 = 9.0;
/// How often places move towards their neighbours.
const ROUNDS: usize = 10;

/// Places all cells and draws the lines between them.
pub(super) fn place(columns: &Columns, sizes: &[Size], links: &[Link]) -> Layout {
    let tops = tops(columns, sizes);
    let mut boxes = vec![Rect { x: 0.0, y: 0.0, width: 0.0, height: 0.0 }; sizes.len()];
    let (mut spans, mut gaps) = (Vec::new(), Vec::new());
    let mut x = 0.0;
    for (column, cells) in columns.cells.iter().enumerate() {
        let width = cells.iter().filter_map(|cell| cell.size(sizes)).map(|size| size.width).fold(0.0, f64::max);
        for (cell, &y) in cells.iter().zip(&tops[column]) {
            if let Cell::Box(index) = *cell {
                boxes[index] = Rect { x, y, width, height: sizes[index].height };
            }
        }
        spans.push((x, x + width));
        let ends = |piece: &Piece| (tops[column][piece.left] + piece.at, tops[column + 1][piece.right] + piece.entry);
        let gap = Gap::new(&columns.gaps[column], ends);
        x += width + gap.width();
        gaps.push(gap);
    }
    let mut legs = route::legs(columns, &tops, &spans, &gaps);
    for &number in &columns.backward {
        let (from, to) = (boxes[links[number].from], boxes[links[number].to]);
        let from = Point { x: from.x + from.width, y: from.y + links[number].at };
        let to = Point { x: to.x, y: to.y + ENTRY };
        legs.push(Leg { from, to, bend: None, links: vec![number], ends: true });
    }
    let bottom = |rect: &Rect| rect.y + rect.height;
    let height = boxes.iter().map(bottom).chain(legs.iter().map(|leg| leg.to.y)).fold(0.0, f64::max);
    Layout { boxes, legs, width: spans.last().map_or(0.0, |span| span.1), height }
}

impl Cell {
    fn size(self, sizes: &[Size]) -> Option<Size> {
        match self {
            Self::Box(index) => Some(sizes[index]),
            Self::Pass(_) => None,
        }
    }

    fn height(self, sizes: &[Size]) -> f64 {
        self.size(sizes).map_or(0.0, |size| size.height)
    }
}

/// The room that two cells keep between them.
fn gap(above: Cell, below: Cell) -> f64 {
    match (above, below) {
        (Cell::Box(_), Cell::Box(_)) => BOX_GAP,
        _ => PASS_GAP,
    }
}

/// The top of each cell. The tallest column stands as it is; the others move towards it.
fn tops(columns: &Columns, sizes: &[Size]) -> Vec<Vec<f64>> {
    let mut tops: Vec<Vec<f64>> = columns.cells.iter().map(|cells| stack(cells, sizes)).collect();
    let bottom = |column: usize| {
        let last = columns.cells[column].last().map_or(0.0, |cell| cell.height(sizes));
        tops[column].last().map_or(0.0, |top| top + last)
    };
    let count = tops.len();
    let Some(tallest) = (0..count).rev().max_by(|&a, &b| bottom(a).total_cmp(&bottom(b))) else { return tops };
    for round in 0..ROUNDS {
        // Outwards from the tallest, by what is nearer to it; then by both sides.
        let outwards = (tallest + 1..count).map(|column| (column, true)).chain((0..tallest).rev().map(|c| (c, false)));
        for (column, by_left) in outwards {
            let both = round > 0;
            let wanted = wanted(columns, &tops, column, both || by_left, both || !by_left);
            tops[column] = settle(&columns.cells[column], sizes, &wanted);
        }
    }
    let least = tops.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    for top in tops.iter_mut().flatten() {
        *top -= least;
    }
    tops
}

/// One below the other.
fn stack(cells: &[Cell], sizes: &[Size]) -> Vec<f64> {
    let wanted = vec![(0.0, 1.0); cells.len()];
    let mut tops = settle(cells, sizes, &wanted);
    let least = tops.first().copied().unwrap_or(0.0);
    for top in &mut tops {
        *top -= least;
    }
    tops
}

/// For each cell of a column, the top that would make its lines level, and how much it matters.
fn wanted(columns: &Columns, tops: &[Vec<f64>], column: usize, left: bool, right: bool) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); tops[column].len()];
    if left && column > 0 {
        for piece in &columns.gaps[column - 1] {
            let (sum, weight) = &mut sums[piece.right];
            *sum += tops[column - 1][piece.left] + piece.at - piece.entry;
            *weight += 1.0;
        }
    }
    if right && column + 1 < tops.len() {
        for piece in &columns.gaps[column] {
            let (sum, weight) = &mut sums[piece.left];
            *sum += tops[column + 1][piece.right] + piece.entry - piece.at;
            *weight += 1.0;
        }
    }
    let own = tops[column].iter();
    // What has no lines stays where it is, if nobody needs the place.
    sums.into_iter().zip(own).map(|((sum, n), &own)| if n == 0.0 { (own, 0.01) } else { (sum / n, n) }).collect()
}

/// Tops as near to what is wanted as their order and the room between them allow: the least sum of squares. Neighbours that
/// get in each other's way move as one block.
fn settle(cells: &[Cell], sizes: &[Size], wanted: &[(f64, f64)]) -> Vec<f64> {
    struct Block {
        sum: f64,
        weight: f64,
        count: usize,
    }
    let mut offsets = Vec::with_capacity(cells.len());
    let mut offset = 0.0;
    for (i, &cell) in cells.iter().enumerate() {
        if i > 0 {
            offset += cells[i - 1].height(sizes) + gap(cells[i - 1], cell);
        }
        offsets.push(offset);
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (&(top, weight), offset) in wanted.iter().zip(&offsets) {
        let mut block = Block { sum: (top - offset) * weight, weight, count: 1 };
        while let Some(above) = blocks.pop_if(|above| above.sum / above.weight >= block.sum / block.weight) {
            block.sum += above.sum;
            block.weight += above.weight;
            block.count += above.count;
        }
        blocks.push(block);
    }
    let bases = blocks.iter().flat_map(|block| std::iter::repeat_n(block.sum / block.weight, block.count));
    bases.zip(offsets).map(|(base, offset)| base + offset).collect()
}
