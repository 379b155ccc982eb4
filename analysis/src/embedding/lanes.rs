//! [`Lanes`]: numbers that are computed side by side.

use fearless_simd::{Simd, SimdBase, f32x8};

/// Numbers in one [`Lanes`].
pub(super) const LANES: usize = 8;

/// Numbers of as many filters, outputs or bands, where vector units read them fastest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(32))]
pub(super) struct Lanes(pub(super) [f32; LANES]);

impl Lanes {
    #[inline(always)]
    pub(super) fn read<S: Simd>(&self, simd: S) -> f32x8<S> {
        f32x8::from_slice(simd, &self.0)
    }

    #[inline(always)]
    pub(super) fn write<S: Simd>(&mut self, values: f32x8<S>) {
        self.0.copy_from_slice(values.as_slice());
    }
}
