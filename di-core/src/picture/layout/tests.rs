//! What must be true of every drawing, whatever the graph.

use proptest::prelude::*;

use super::*;

/// Boxes of any size, lines between any two, cycles and lines back to the same box included.
fn graphs() -> impl Strategy<Value = (Vec<Size>, Vec<Link>, usize)> {
    (1..40usize).prop_flat_map(|count| {
        let size = (40..300u32, 30..200u32).prop_map(|(w, h)| Size { width: w.into(), height: h.into() });
        let link = (0..count, 20..30u32, 0..count).prop_map(|(from, at, to)| Link { from, at: at.into(), to });
        let sizes = proptest::collection::vec(size, count);
        (sizes, proptest::collection::vec(link, 0..count * 3), 0..=count)
    })
}

/// The rules that hold without exception; says which one does not.
fn check(sizes: &[Size], links: &[Link], layout: &Layout) -> Result<(), String> {
    for (i, a) in layout.boxes.iter().enumerate() {
        if a.width < sizes[i].width || a.height < sizes[i].height {
            return Err(format!("box {i} has no room for what is in it"));
        }
        if !(a.x >= 0.0 && a.y >= 0.0 && a.x + a.width <= layout.width && a.y + a.height <= layout.height) {
            return Err(format!("box {i} is outside of the picture: {a:?}"));
        }
        for (j, b) in layout.boxes.iter().enumerate().skip(i + 1) {
            let apart = a.x + a.width + 1.0 <= b.x
                || b.x + b.width + 1.0 <= a.x
                || a.y + a.height + 1.0 <= b.y
                || b.y + b.height + 1.0 <= a.y;
            if !apart {
                return Err(format!("boxes {i} and {j} overlap: {a:?} {b:?}"));
            }
        }
    }
    for leg in &layout.legs {
        let level = leg.from.y == leg.to.y;
        for (i, a) in layout.boxes.iter().enumerate() {
            let beside = leg.to.x <= a.x || leg.from.x >= a.x + a.width;
            let over = level && (leg.from.y <= a.y || leg.from.y >= a.y + a.height);
            let backward = leg.from.x >= leg.to.x;
            if !(beside || over || backward) {
                return Err(format!("a line runs through box {i}: {leg:?} {a:?}"));
            }
        }
    }
    for (number, link) in links.iter().enumerate() {
        let pieces: Vec<&Leg> = layout.legs.iter().filter(|leg| leg.links.contains(&number)).collect();
        let (from, to) = (layout.boxes[link.from], layout.boxes[link.to]);
        let start = Point { x: from.x + from.width, y: from.y + link.at };
        let end = Point { x: to.x, y: to.y + ENTRY };
        let mut at = start;
        for _ in &pieces {
            let Some(next) = pieces.iter().find(|leg| leg.from == at) else {
                return Err(format!("line {number} is broken at {at:?}"));
            };
            at = next.to;
        }
        if pieces.is_empty() || at != end {
            return Err(format!("line {number} ends at {at:?} and not at {end:?}"));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn boxes_do_not_overlap_and_lines_lead_round_them((sizes, links, fixed) in graphs()) {
        let layout = lay_out(&sizes, &links, fixed);
        prop_assert_eq!(check(&sizes, &links, &layout), Ok(()));
    }
}

#[test]
fn a_box_stands_right_of_all_that_point_at_it() {
    let size = Size { width: 100.0, height: 50.0 };
    let link = |from, to| Link { from, at: 25.0, to };
    // 0 -> 1 -> 2 and 0 -> 2.
    let layout = lay_out(&[size; 3], &[link(0, 1), link(0, 2), link(1, 2)], 1);
    let x: Vec<f64> = layout.boxes.iter().map(|rect| rect.x).collect();
    assert!(x.is_sorted_by(|a, b| a < b), "{x:?}");
}

#[test]
fn nothing_is_drawn_of_nothing() {
    let layout = lay_out(&[], &[], 0);
    assert_eq!((layout.width, layout.height, layout.boxes.len()), (0.0, 0.0, 0));
}
