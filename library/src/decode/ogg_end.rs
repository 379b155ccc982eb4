//! Whether the end of an Ogg file is there.
//!
//! An Ogg file states no length: a copy that was cut short is as long as what is left of it. But its
//! last page says that it is the last (RFC 3533, section 6, bit 0x04 of the header type).

use std::io::{self, Read, Seek, SeekFrom};

const PATTERN: &[u8; 5] = b"OggS\0";
/// Bytes of the header of a page before the lengths of its segments.
const HEADER_LEN: usize = 27;
const TYPE_AT: usize = 5;
const N_SEGMENTS_AT: usize = 26;
const LAST_PAGE: u8 = 0x04;
/// A page has no more bytes than this.
const MOST_BYTES: u64 = 65_307;

/// Whether `file` is in Ogg and does not end with a whole last page. Leaves it at its start.
pub(super) fn is_cut_short(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(PATTERN.len() as u64).read_to_end(&mut start)?;
    let mut is_cut = false;
    if start == PATTERN {
        let len = file.seek(SeekFrom::End(0))?;
        // Whatever was cut, the beginning of the page before is among so many.
        file.seek(SeekFrom::Start(len.saturating_sub(2 * MOST_BYTES)))?;
        let mut end = Vec::new();
        file.by_ref().take(2 * MOST_BYTES).read_to_end(&mut end)?;
        is_cut = ends_early(&end);
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(is_cut)
}

/// Of the end of a file. Where there is no page in it, something else follows the sound.
fn ends_early(end: &[u8]) -> bool {
    let last = end.windows(PATTERN.len()).rposition(|bytes| bytes == PATTERN);
    let Some(page) = last.and_then(|at| end.get(at..)) else { return false };
    let n_segments = page.get(N_SEGMENTS_AT).map_or(0, |&n| usize::from(n));
    let Some(segments) = page.get(HEADER_LEN..HEADER_LEN + n_segments) else { return true };
    let n_bytes = segments.iter().map(|&n| usize::from(n)).sum::<usize>();
    let is_whole = page.len() >= HEADER_LEN + n_segments + n_bytes;
    let is_last = page.get(TYPE_AT).is_some_and(|kind| kind & LAST_PAGE != 0);
    !(is_whole && is_last)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn page(kind: u8, n_bytes: usize) -> Vec<u8> {
        let mut page = PATTERN.to_vec();
        page.push(kind);
        page.resize(N_SEGMENTS_AT, 0);
        page.extend([2, 255, (n_bytes - 255) as u8]);
        page.extend(vec![7; n_bytes]);
        page
    }

    fn cut(bytes: &[u8]) -> bool {
        let mut file = Cursor::new(bytes);
        let is_cut = is_cut_short(&mut file).unwrap();
        assert_eq!(file.position(), 0);
        is_cut
    }

    #[test]
    fn only_a_whole_last_page_is_an_end() {
        let whole = [page(2, 300), page(0, 400), page(4, 500)].concat();
        assert!(!cut(&whole));
        for len in 5..whole.len() {
            assert!(cut(&whole[..len]), "{len}");
        }
        // What was added behind the sound is no harm, and other files have no pages.
        assert!(!cut(&[&whole[..], b"TAG something"].concat()));
        assert!(!cut(b"RIFF and more") && !cut(b""));
    }
}
