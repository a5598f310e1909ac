//! How does the trie compare segments, in const code and in a request alike, by a few machine words?
//!
//! A segment is read in chunks of eight bytes, the last one padded with zeros. Up to eight bytes the padded chunk *is*
//! the key, so that key and length together are the segment and no byte needs comparing; a longer segment's key folds
//! all of its chunks, and a hit is confirmed on the bytes. Tables come from the developer, not from the client, so the
//! fold need not resist crafted collisions: it has to be short, and free of calls in const evaluation.

const SLASHES: u64 = u64::from_ne_bytes([b'/'; 8]);
const LOWS: u64 = u64::from_ne_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// One segment of a request's path: where it ends, and its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scan {
    pub(super) end: usize,
    pub(super) key: u64,
}

/// The segment of `path` that starts at `at`, up to the next slash or the end.
#[inline]
pub(super) fn scan(path: &[u8], at: usize) -> Scan {
    let chunk = load(path, at);
    let len = first_slash(chunk);
    if len < 8 { Scan { end: at + len, key: first_bytes(chunk, len) } } else { scan_long(path, at, chunk) }
}

/// The segment that starts at `at` with eight bytes, `chunk`, and may go on.
fn scan_long(path: &[u8], at: usize, mut chunk: u64) -> Scan {
    let mut next = at + 8;
    if ends(path, next) {
        return Scan { end: next, key: chunk };
    }
    let mut key = 0;
    loop {
        key = fold(key ^ chunk);
        chunk = load(path, next);
        let len = first_slash(chunk);
        // What ends with a whole chunk must not be folded with an empty one, as in `of`.
        if len < 8 {
            return Scan { end: next + len, key: fold(key ^ first_bytes(chunk, len)) };
        }
        next += 8;
        if ends(path, next) {
            return Scan { end: next, key: fold(key ^ chunk) };
        }
    }
}

/// Whether a segment that goes up to `at` ends there.
fn ends(path: &[u8], at: usize) -> bool {
    path.get(at).is_none_or(|&byte| byte == b'/')
}

/// The key of a whole segment; the same that [`scan`] finds.
///
/// Byte by byte, as are the comparisons below: in const evaluation a call costs several times as much as a turn of a loop,
/// and what reads eight bytes at once is made of calls.
pub(super) const fn of(segment: &[u8]) -> u64 {
    let len = segment.len();
    let (mut key, mut chunk, mut i) = (0, 0, 0);
    while i < len {
        if i > 0 && i % 8 == 0 {
            key = fold(key ^ chunk);
            chunk = 0;
        }
        chunk |= (segment[i] as u64) << (8 * (i % 8));
        i += 1;
    }
    if len <= 8 { chunk } else { fold(key ^ chunk) }
}

/// Where the next slash is, from `at` on, or the path's end.
#[inline]
pub(super) fn segment_end(path: &[u8], mut at: usize) -> usize {
    while at < path.len() {
        let len = first_slash(load(path, at));
        at += len;
        if len < 8 {
            break;
        }
    }
    at
}

/// The slot, in a table of `mask + 1` slots, at which the search for a child begins.
#[inline]
pub(super) const fn slot(parent: u32, key: u64, mask: usize) -> usize {
    fold(key ^ (parent as u64 * 0x9e37_79b1)) as usize & mask
}

/// Whether two strings are equal; `==` on strings is not const.
pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let ([first, after_first @ ..], [second, after_second @ ..]) = (a, b)
        && *first == *second
    {
        (a, b) = (after_first, after_second);
    }
    matches!((a, b), ([], []))
}

/// How many leading bytes two strings share.
pub(super) const fn shared_prefix(a: &[u8], b: &[u8]) -> usize {
    let least = if a.len() < b.len() { a.len() } else { b.len() };
    let mut n = 0;
    while n < least && a[n] == b[n] {
        n += 1;
    }
    n
}

/// How many trailing bytes two strings share.
pub(super) const fn shared_suffix(a: &[u8], b: &[u8]) -> usize {
    let least = if a.len() < b.len() { a.len() } else { b.len() };
    let mut n = 0;
    while n < least && a[a.len() - 1 - n] == b[b.len() - 1 - n] {
        n += 1;
    }
    n
}

/// The eight bytes from `at` on, first byte lowest. A path that ends before is followed by a slash and then zeros: the
/// end of the path is the end of a segment.
#[inline]
fn load(path: &[u8], at: usize) -> u64 {
    let Some(rest) = path.get(at..) else { return u64::from(b'/') };
    match (rest.first_chunk::<8>(), path.last_chunk::<8>()) {
        (Some(chunk), _) => u64::from_le_bytes(*chunk),
        // The last eight bytes reach back before `at`: those are shifted out.
        (None, Some(chunk)) => {
            let tail = u64::from_le_bytes(*chunk).checked_shr(64 - 8 * rest.len() as u32).unwrap_or(0);
            tail | u64::from(b'/') << (8 * rest.len())
        }
        (None, None) => rest.iter().rev().fold(u64::from(b'/'), |chunk, &byte| chunk << 8 | u64::from(byte)),
    }
}

/// The index of the first slash in a chunk, or 8. Borrows of the subtraction only ever mark bytes behind a true slash.
#[inline]
fn first_slash(chunk: u64) -> usize {
    let zeroed = chunk ^ SLASHES;
    (zeroed.wrapping_sub(LOWS) & !zeroed & HIGHS).trailing_zeros() as usize / 8
}

/// The first `len` bytes of a chunk, fewer than eight.
#[inline]
fn first_bytes(chunk: u64, len: usize) -> u64 {
    chunk & ((1 << (8 * len)) - 1)
}

/// Both halves of one wide product: a single instruction, and no call for const evaluation to count.
#[inline]
const fn fold(x: u64) -> u64 {
    let product = x as u128 * 0x9e37_79b9_7f4a_7c15_u128;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_scan_finds_the_end_and_key_of_each_segment(path in "(/[a-z0-9é]{0,20}){1,6}") {
            let mut at = 1;
            for segment in path[1..].split('/') {
                let found = scan(path.as_bytes(), at);
                prop_assert_eq!(found, Scan { end: at + segment.len(), key: of(segment.as_bytes()) });
                prop_assert_eq!(segment_end(path.as_bytes(), at), found.end);
                at = found.end + 1;
            }
        }

        #[test]
        fn shared_ends_are_what_a_byte_by_byte_comparison_finds(a in "[ab]{0,20}", b in "[ab]{0,20}") {
            let prefix = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
            let suffix = a.bytes().rev().zip(b.bytes().rev()).take_while(|(x, y)| x == y).count();
            prop_assert_eq!(shared_prefix(a.as_bytes(), b.as_bytes()), prefix);
            prop_assert_eq!(shared_suffix(a.as_bytes(), b.as_bytes()), suffix);
            prop_assert_eq!(same(&a, &b), a == b);
        }
    }
}
