//! [`HeldTail`]: samples that a container says to leave out, until it is certain that the file ends.
//!
//! Ogg tells the end of the sound by the position stamped on the last page. symphonia trims to the
//! stamp of every page, and many encoders stamp pages in the middle too low (by 448 samples where a
//! short block ends a page), so that a song would lose a fifth of a second here and there and every
//! beat after it would be early. libvorbis trims at the end of the stream only; so do we.

/// More samples than this are never padding at the end of a file.
const MAX_HELD: usize = 48_000;

/// The end of what was decoded so far, as far as it may be padding.
#[derive(Debug, Default)]
pub(super) struct HeldTail {
    left: Vec<f32>,
    right: Vec<f32>,
}

impl HeldTail {
    /// Holds back the last `n_trim` samples of both channels, and puts what was held before in front
    /// of them if sound follows it.
    pub(super) fn pass(&mut self, left: &mut Vec<f32>, right: &mut Vec<f32>, n_trim: usize) {
        let n_kept = left.len().saturating_sub(n_trim);
        if self.left.is_empty() && n_trim == 0 {
            return;
        }
        self.left.append(left);
        self.right.append(right);
        let n_held = self.left.len();
        // Sound after what was held, or too much of it: it was no padding.
        let n_out = if n_kept > 0 || n_held > MAX_HELD { n_held - n_trim.min(n_held) } else { 0 };
        left.extend(self.left.drain(..n_out));
        right.extend(self.right.drain(..n_out));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passes blocks of counted samples, each with its trim, and returns what comes out.
    fn pass(blocks: &[(usize, usize)]) -> Vec<f32> {
        let mut tail = HeldTail::default();
        let mut out = Vec::new();
        let mut next = 0;
        for &(len, n_trim) in blocks {
            let mut left: Vec<f32> = (next..next + len).map(|idx| idx as f32).collect();
            let mut right = left.clone();
            next += len;
            tail.pass(&mut left, &mut right, n_trim);
            assert_eq!(left, right);
            out.append(&mut left);
        }
        out
    }

    fn count_to(n: usize) -> Vec<f32> {
        (0..n).map(|idx| idx as f32).collect()
    }

    #[test]
    fn the_end_of_the_last_packets_is_left_out() {
        assert_eq!(pass(&[(100, 0), (100, 30)]), count_to(170));
        assert_eq!(pass(&[(100, 0), (100, 30), (100, 100), (50, 50)]), count_to(170));
    }

    #[test]
    fn nothing_is_left_out_in_the_middle() {
        assert_eq!(pass(&[(100, 30), (100, 0), (100, 100), (100, 0)]), count_to(400));
        assert_eq!(pass(&[(100, 30), (100, 100), (100, 20), (100, 0)]), count_to(400));
    }

    #[test]
    fn what_is_held_back_is_bounded() {
        let blocks = vec![(1_000, 1_000); 200];
        assert!(pass(&blocks).len() >= 200_000 - MAX_HELD - 1_000);
    }
}
