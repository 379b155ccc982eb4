//! [`Recent`]: a value for each of the last frames.

/// Frames kept: more than the longest distance between two beats that is considered.
pub(super) const N_KEPT: usize = 512;

/// Values by frame, a ring; those of frames that are gone or were never set are whatever was there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recent<T> {
    values: [T; N_KEPT],
}

impl<T: Copy + Default> Recent<T> {
    pub(super) fn at(&self, frame: usize) -> T {
        self.values[frame % N_KEPT]
    }

    pub(super) fn at_mut(&mut self, frame: usize) -> &mut T {
        &mut self.values[frame % N_KEPT]
    }
}

impl<T: Copy + Default> Default for Recent<T> {
    fn default() -> Self {
        Self { values: [T::default(); N_KEPT] }
    }
}
