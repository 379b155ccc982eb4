//! [`EditorSize`]: how large the panel is.

use serde::{Deserialize, Serialize};

/// Size of the panel in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditorSize {
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl EditorSize {
    /// The size of a first start.
    pub const DEFAULT: Self = Self { width: 1100.0, height: 720.0 };
    /// The smallest size offered to the host.
    pub const MIN: Self = Self { width: 480.0, height: 360.0 };
    const MAX: Self = Self { width: 8192.0, height: 8192.0 };

    /// This size within what can be shown; the default where it is no size at all.
    pub fn usable(self) -> Self {
        let within = |value: f32, default: f32, min: f32, max: f32| {
            if value.is_finite() { value.clamp(min, max) } else { default }
        };
        Self {
            width: within(self.width, Self::DEFAULT.width, Self::MIN.width, Self::MAX.width),
            height: within(self.height, Self::DEFAULT.height, Self::MIN.height, Self::MAX.height),
        }
    }
}

impl Default for EditorSize {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_always_usable() {
        assert_eq!(
            EditorSize { width: f32::NAN, height: 1.0 }.usable(),
            EditorSize { width: 1100.0, height: 360.0 }
        );
    }
}
