//! [`SnapshotReader`]: the panel's end of the live path.

use advice::Snapshot;
use triple_buffer::Output;

/// Reads the latest snapshot. Latest wins: snapshots in between are not seen, which is why
/// everything that must not be lost is a history inside.
#[derive(Debug)]
pub struct SnapshotReader {
    output: Output<Snapshot>,
}

impl SnapshotReader {
    pub(crate) fn new(output: Output<Snapshot>) -> Self {
        Self { output }
    }

    /// The latest snapshot. Never waits.
    pub fn read(&mut self) -> &Snapshot {
        self.output.read()
    }

    /// Whether there is a snapshot that was not read yet.
    pub fn is_updated(&self) -> bool {
        self.output.updated()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_small_enough_to_be_copied_whole() {
        assert!(size_of::<Snapshot>() <= 16 * 1024, "{} bytes", size_of::<Snapshot>());
    }
}
