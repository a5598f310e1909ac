//! Where does the room for a block come from?
//!
//! From the last block that ended on this thread, which most often was one like it; otherwise from the allocator. Blocks
//! are larger than what allocators are quick with. Sizes are rounded up, so that the blocks of most routes are alike.
#![allow(unsafe_code)]

use std::{
    alloc::{Layout, alloc, dealloc, handle_alloc_error},
    cell::Cell,
    mem::ManuallyDrop,
    ptr::NonNull,
};

/// What sizes are rounded up to.
const STEP: usize = 1024;

/// The largest room that a thread keeps.
const KEPT: usize = 16 * STEP;

thread_local! {
    static SPARE: Cell<Option<Room>> = const { Cell::new(None) };
}

/// Room that nobody uses.
struct Room {
    at: NonNull<u8>,
    layout: Layout,
}

impl Drop for Room {
    fn drop(&mut self) {
        // SAFETY: it was allocated with this layout, and whoever used it has given it back.
        unsafe { dealloc(self.at.as_ptr(), self.layout) }
    }
}

/// `layout`, in the size that it is asked for in.
pub(super) fn rounded(layout: Layout) -> Layout {
    let size = layout.size().next_multiple_of(STEP.max(layout.align()));
    Layout::from_size_align(size, layout.align()).expect("a plan fits in memory")
}

/// Room of this layout, whose size is not zero.
#[inline]
pub(super) fn take(layout: Layout) -> NonNull<u8> {
    match SPARE.try_with(Cell::take) {
        Ok(Some(room)) if room.layout == layout => ManuallyDrop::new(room).at,
        _ => {
            assert!(layout.size() > 0, "a block has a header");
            // SAFETY: the size is not zero.
            NonNull::new(unsafe { alloc(layout) }).unwrap_or_else(|| handle_alloc_error(layout))
        }
    }
}

/// Gives room back.
///
/// # Safety
///
/// It came from [`take`] with this layout, and nobody uses it any more.
#[inline]
pub(super) unsafe fn give(at: NonNull<u8>, layout: Layout) {
    let mut room = Some(Room { at, layout });
    if layout.size() <= KEPT {
        // A thread that is about to end keeps nothing.
        let _ = SPARE.try_with(|spare| room = spare.replace(room.take()));
    }
}
