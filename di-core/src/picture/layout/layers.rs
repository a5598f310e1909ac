//! Which column does a box stand in?

use std::collections::BTreeMap;

use super::{Cell, Columns, ENTRY, Link, Piece};

/// The column of each of `count` boxes: right of all that point at it, unless they are on a cycle.
pub(super) fn assign(count: usize, links: &[Link], fixed: usize) -> Vec<usize> {
    let mut targets = vec![Vec::new(); count];
    for link in links {
        targets[link.from].push(link.to);
    }
    let order = topological(&targets);
    let mut rank = vec![0; count];
    for (position, &index) in order.iter().enumerate() {
        rank[index] = position;
    }
    let forward = |from: usize, to: usize| rank[from] < rank[to];
    let mut layers = vec![0; count];
    for &from in &order {
        for &to in targets[from].iter().filter(|&&to| forward(from, to)) {
            layers[to] = layers[to].max(layers[from] + 1);
        }
    }
    let last = layers.iter().copied().max().unwrap_or(0);
    let mut pointed_at = vec![false; count];
    for link in links {
        pointed_at[link.to] = true;
    }
    // What nothing points at, and does not have to be first, stands next to what it points at.
    for &from in order.iter().rev().filter(|&&index| index >= fixed && !pointed_at[index]) {
        let next = targets[from].iter().filter(|&&to| forward(from, to)).map(|&to| layers[to]).min();
        layers[from] = next.map_or(last.min(1), |next| next - 1);
    }
    layers
}

/// All boxes, each before what it points at; of a cycle, somewhere.
fn topological(targets: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(targets.len());
    let mut seen = vec![false; targets.len()];
    for start in (0..targets.len()).rev() {
        // A stack of boxes and how many of their targets have been gone to.
        let mut stack = if seen[start] { Vec::new() } else { vec![(start, 0)] };
        seen[start] = true;
        while let Some((index, gone)) = stack.last_mut() {
            match targets[*index].get(*gone) {
                Some(&to) => {
                    *gone += 1;
                    if !std::mem::replace(&mut seen[to], true) {
                        stack.push((to, 0));
                    }
                }
                None => {
                    order.push(*index);
                    stack.pop();
                }
            }
        }
    }
    order.reverse();
    order
}

/// Boxes and passing lines by column, in the order of their numbers, and the pieces between the columns.
pub(super) fn columns(layers: &[usize], links: &[Link]) -> Columns {
    let count = layers.iter().map(|layer| layer + 1).max().unwrap_or(0);
    let mut columns = Columns { cells: vec![Vec::new(); count], gaps: vec![Vec::new(); count], backward: Vec::new() };
    let mut at = vec![0; layers.len()];
    for (index, &layer) in layers.iter().enumerate() {
        at[index] = columns.cells[layer].len();
        columns.cells[layer].push(Cell::Box(index));
    }
    let mut passes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (number, link) in links.iter().enumerate() {
        let (start, end) = (layers[link.from], layers[link.to]);
        if start >= end {
            columns.backward.push(number);
            continue;
        }
        let (mut left, mut offset) = (at[link.from], link.at);
        for layer in start..end {
            let next = layer + 1;
            let (right, entry) = if next == end {
                (at[link.to], ENTRY)
            } else {
                let cells = &mut columns.cells[next];
                let pass = *passes.entry((next, link.to)).or_insert_with(|| {
                    cells.push(Cell::Pass(link.to));
                    cells.len() - 1
                });
                (pass, 0.0)
            };
            // Lines that pass a column together leave it as one.
            let together = layer > start;
            let same = |piece: &&mut Piece| together && piece.left == left && piece.right == right && piece.at == 0.0;
            match columns.gaps[layer].iter_mut().find(same) {
                Some(piece) => piece.links.push(number),
                None => columns.gaps[layer].push(Piece { left, right, at: offset, entry, links: vec![number] }),
            }
            (left, offset) = (right, 0.0);
        }
    }
    columns
}
