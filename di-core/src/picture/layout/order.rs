//! In which order do the places of a column stand?

use super::{Cell, Columns};

/// How often columns are sorted from either side; more hardly ever helps.
const ROUNDS: usize = 12;

/// Sorts each column by the mean of its neighbours, keeping the best of several tries. Boxes below `fixed` stay in order,
/// above all else in their column.
pub(super) fn sort(columns: &mut Columns, fixed: usize) {
    let mut best = (crossings(columns), columns.cells.clone(), columns.gaps.clone());
    let count = columns.cells.len();
    for round in 0..ROUNDS {
        if best.0 == 0 {
            break;
        }
        let sweep: Vec<usize> =
            if round % 2 == 0 { (1..count).collect() } else { (0..count.saturating_sub(1)).rev().collect() };
        for column in sweep {
            sort_column(columns, column, round % 2 == 0, fixed);
        }
        let now = crossings(columns);
        if now < best.0 {
            best = (now, columns.cells.clone(), columns.gaps.clone());
        }
    }
    (columns.cells, columns.gaps) = (best.1, best.2);
}

/// Sorts a column by the mean of those on its left, or on its right.
fn sort_column(columns: &mut Columns, column: usize, by_left: bool, fixed: usize) {
    let mut sums = vec![(0.0, 0.0); columns.cells[column].len()];
    if by_left {
        for piece in &columns.gaps[column - 1] {
            add(&mut sums[piece.right], piece.left, piece.at);
        }
    } else {
        for piece in &columns.gaps[column] {
            add(&mut sums[piece.left], piece.right, piece.entry);
        }
    }
    let mut keyed: Vec<(bool, f64, usize)> = Vec::with_capacity(sums.len());
    for (old, (cell, (sum, weight))) in columns.cells[column].iter().zip(sums).enumerate() {
        let stays = matches!(cell, Cell::Box(index) if *index < fixed);
        let mean = if stays || weight == 0.0 { old as f64 } else { sum / weight };
        keyed.push((!stays, mean, old));
    }
    keyed.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut new = vec![0; keyed.len()];
    let mut cells = Vec::with_capacity(keyed.len());
    for (position, &(_, _, old)) in keyed.iter().enumerate() {
        new[old] = position;
        cells.push(columns.cells[column][old]);
    }
    columns.cells[column] = cells;
    for piece in &mut columns.gaps[column] {
        piece.left = new[piece.left];
    }
    if column > 0 {
        for piece in &mut columns.gaps[column - 1] {
            piece.right = new[piece.right];
        }
    }
}

/// Counts one neighbour in; `at` tells neighbours in one box apart by a fraction of a place.
fn add((sum, weight): &mut (f64, f64), place: usize, at: f64) {
    *sum += place as f64 + at / (at + 500.0);
    *weight += 1.0;
}

/// How many pairs of pieces cross.
fn crossings(columns: &Columns) -> usize {
    let of_gap = |gap: &Vec<super::Piece>| {
        let mut pieces: Vec<(usize, f64, usize)> =
            gap.iter().map(|piece| (piece.left, piece.at, piece.right)).collect();
        pieces.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut ends: Vec<usize> = pieces.into_iter().map(|(_, _, right)| right).collect();
        inversions(&mut ends)
    };
    columns.gaps.iter().map(of_gap).sum()
}

/// How many pairs are out of order; sorts them.
fn inversions(list: &mut [usize]) -> usize {
    if list.len() < 2 {
        return 0;
    }
    let (left, right) = list.split_at_mut(list.len() / 2);
    let mut count = inversions(left) + inversions(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut i, mut j) = (0, 0);
    while i < left.len() || j < right.len() {
        if j == right.len() || (i < left.len() && left[i] <= right[j]) {
            merged.push(left[i]);
            i += 1;
        } else {
            count += left.len() - i;
            merged.push(right[j]);
            j += 1;
        }
    }
    list.copy_from_slice(&merged);
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversions_are_pairs_out_of_order() {
        for (mut list, expected) in [(vec![], 0), (vec![1, 2, 2, 3], 0), (vec![3, 2, 1], 3), (vec![2, 4, 1, 3, 1], 6)] {
            assert_eq!(inversions(&mut list), expected);
            assert!(list.is_sorted());
        }
    }
}
