//! [`Plan`]: which zones a window of some size shows, and where.
//!
//! Three rows of one strict grid: what is heard (key, tempo, chord), what was played and what to
//! try (strip, next chords, suggestion), what it is close to (references, scenes, sound, notes).
//! Everything grows with the window. In a small one the less important zones fold away, in the
//! order of `Zone::FOLDING`.

use egui::{Rect, pos2, vec2};

/// A part of the panel with one idea.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Buttons.
    Controls,
    /// The key.
    Key,
    /// The tempo and the beat.
    Tempo,
    /// The chord sounding.
    Chord,
    /// The last bars.
    Strip,
    /// Chords that often follow.
    Next,
    /// The one thing to try.
    Suggestion,
    /// The nearest references.
    References,
    /// The best fitting scenes.
    Scenes,
    /// How far it is to what is aimed at, aspect by aspect.
    Target,
    /// The largest gap to there, in a window too small for all of them.
    TargetLine,
    /// Loudness and tonal balance.
    Sound,
    /// The twelve pitch classes.
    Notes,
    /// Whether all is well.
    Status,
}

impl Zone {
    /// Zones that may be missing, first to go first. Key, tempo and chord always stay. (`Next`
    /// shares the row of `Strip` and goes where that is too narrow for both.)
    #[cfg(test)]
    pub(crate) const FOLDING: [Self; 8] = [
        Self::Notes,
        Self::Sound,
        Self::Scenes,
        Self::References,
        Self::Suggestion,
        Self::Strip,
        Self::Controls,
        Self::Status,
    ];
}

/// Whether there is a target, which needs a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// None.
    Nowhere,
    /// There is one: loudness and notes make room for it, or a line of its own.
    Pinned,
}

/// Zones with their places, and the scale of everything in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// How much larger than at the default size.
    pub(crate) scale: f32,
    /// The zones, in reading order, which is also the order of the Tab key.
    pub(crate) zones: Vec<(Zone, Rect)>,
}

/// The default size of the panel; everything is designed at it.
const DESIGN: egui::Vec2 = vec2(1100.0, 720.0);
/// Text never gets smaller than this share of its designed size, while the window is usable.
const LEAST_SCALE: f32 = 0.9;
/// Below this the whole panel shrinks.
const LEAST: egui::Vec2 = vec2(480.0, 360.0);

/// The scale of a window of that size.
pub(crate) fn scale_of(size: egui::Vec2) -> f32 {
    if !(size.x > 1.0 && size.y > 1.0) {
        return 0.1;
    }
    let grown = (size / DESIGN).min_elem();
    let shrunk = (size / LEAST).min_elem().min(1.0) * LEAST_SCALE;
    grown.clamp(shrunk.max(0.1), 8.0)
}

impl Plan {
    /// The plan of `area` at `scale`.
    pub(crate) fn of(area: Rect, scale: f32, aim: Aim) -> Self {
        let plan = Self::with(area, scale, aim, Line::Absent);
        let is_shown = plan.zones.iter().any(|(zone, _)| *zone == Zone::Target);
        if aim == Aim::Nowhere || is_shown {
            return plan;
        }
        Self::with(area, scale, aim, Line::Present)
    }

    fn with(area: Rect, scale: f32, aim: Aim, line: Line) -> Self {
        let px = |points: f32| points * scale;
        let gap = px(10.0);
        let inner = area.shrink(px(12.0));
        let mut plan = Self { scale, zones: Vec::new() };
        if !inner.is_positive() || !inner.is_finite() {
            return plan;
        }

        // Heights, least first; a row that does not fit stays out, and so do all after it.
        let is_wide = inner.width() >= px(820.0);
        let n_columns = match inner.width() / scale {
            w if w >= 940.0 => 4,
            w if w >= 700.0 => 3,
            w if w >= 460.0 => 2,
            _ => 1,
        };
        let mut hero = px(if is_wide { 200.0 } else { 230.0 }).min(inner.height());
        let mut left = inner.height() - hero;
        let mut fits = true;
        let mut take = |height: f32| {
            fits = fits && left >= height + gap;
            if fits {
                left -= height + gap;
                height
            } else {
                0.0
            }
        };
        let status = take(px(26.0));
        let controls = take(px(36.0));
        let line = if line == Line::Present { take(px(50.0)) } else { 0.0 };
        let mut strip = take(px(78.0));
        let suggestion = take(px(if is_wide { 48.0 } else { 66.0 }));
        let rows = lower_rows(n_columns, aim);
        let mut lower = [0.0_f32; 4];
        let mut n_lower = 0;
        for slot in lower.iter_mut().take(rows.len()) {
            let height = take(px(164.0));
            if height <= 0.0 {
                break;
            }
            *slot = height;
            n_lower += 1;
        }

        // What is left over goes where it helps reading most.
        let to_strip = if strip > 0.0 { (left * 0.14).min(px(60.0)) } else { 0.0 };
        let share = if aim == Aim::Pinned { 0.8 } else { 0.4 };
        let to_lower = if n_lower > 0 { (left - to_strip) * share } else { 0.0 };
        strip += to_strip;
        hero += left - to_strip - to_lower;
        for height in lower.iter_mut().take(n_lower) {
            *height += to_lower / n_lower as f32;
        }

        let mut top = inner.top();
        let mut row = |height: f32| -> Option<Rect> {
            (height > 0.0).then(|| {
                let rect =
                    Rect::from_min_size(pos2(inner.left(), top), vec2(inner.width(), height));
                top += height + gap;
                rect
            })
        };
        if let Some(rect) = row(controls) {
            plan.zones.push((Zone::Controls, rect));
        }
        if let Some(rect) = row(hero) {
            plan.add_hero(rect, is_wide, gap);
        }
        if let Some(rect) = row(line) {
            plan.zones.push((Zone::TargetLine, rect));
        }
        if let Some(rect) = row(strip) {
            if inner.width() >= px(560.0) {
                let [strip, next] = columns(rect, [0.68, 0.32], gap);
                plan.zones.push((Zone::Strip, strip));
                plan.zones.push((Zone::Next, next));
            } else {
                plan.zones.push((Zone::Strip, rect));
            }
        }
        if let Some(rect) = row(suggestion) {
            plan.zones.push((Zone::Suggestion, rect));
        }
        for (&height, zones) in lower.iter().zip(rows).take(n_lower) {
            let Some(rect) = row(height) else { break };
            plan.add_lower(rect, zones, gap);
        }
        if let Some(rect) = row(status) {
            plan.zones.push((Zone::Status, rect));
        }
        plan
    }

    fn add_hero(&mut self, rect: Rect, is_wide: bool, gap: f32) {
        let (key, tempo, chord) = if is_wide {
            let [key, tempo, chord] = columns(rect, [0.38, 0.32, 0.30], gap);
            (key, tempo, chord)
        } else {
            let height = (rect.height() - gap).max(0.0);
            let upper = Rect::from_min_size(rect.min, vec2(rect.width(), height * 0.54));
            let [key, chord] = columns(upper, [0.58, 0.42], gap);
            let tempo = Rect::from_min_max(pos2(rect.left(), upper.bottom() + gap), rect.max);
            (key, tempo, chord)
        };
        self.zones.extend([(Zone::Key, key), (Zone::Tempo, tempo), (Zone::Chord, chord)]);
    }

    fn add_lower(&mut self, rect: Rect, zones: &[Zone], gap: f32) {
        let share = |zone: &Zone| match zone {
            Zone::References => 1.28,
            Zone::Scenes => 1.12,
            Zone::Sound => 1.06,
            // As wide as the two it takes the place of.
            Zone::Target => 1.96,
            _ => 0.9,
        };
        let total: f32 = zones.iter().map(share).sum();
        let width = rect.width() - gap * zones.len().saturating_sub(1) as f32;
        let mut left = rect.left();
        for zone in zones {
            let column = width * share(zone) / total;
            let place =
                Rect::from_min_size(pos2(left, rect.top()), vec2(column.max(0.0), rect.height()));
            self.zones.push((*zone, place));
            left += column + gap;
        }
    }
}

/// Whether there is a line for the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Present,
    Absent,
}

/// The zones below, row by row.
fn lower_rows(n_columns: usize, aim: Aim) -> &'static [&'static [Zone]] {
    use Zone::{Notes, References, Scenes, Sound, Target};
    match (aim, n_columns) {
        (Aim::Nowhere, 4) => &[&[References, Scenes, Sound, Notes]],
        (Aim::Nowhere, 3) => &[&[References, Scenes, Sound], &[Notes]],
        (Aim::Nowhere, 2) => &[&[References, Scenes], &[Sound, Notes]],
        (Aim::Nowhere, _) => &[&[References], &[Scenes], &[Sound], &[Notes]],
        (Aim::Pinned, 4) => &[&[References, Scenes, Target]],
        (Aim::Pinned, 3) => &[&[References, Target], &[Scenes, Sound, Notes]],
        (Aim::Pinned, 2) => &[&[Target], &[References, Scenes], &[Sound, Notes]],
        (Aim::Pinned, _) => &[&[Target], &[References], &[Scenes], &[Sound]],
    }
}

/// Cuts `rect` into columns of these shares with `gap` between them.
fn columns<const N: usize>(rect: Rect, shares: [f32; N], gap: f32) -> [Rect; N] {
    let width = (rect.width() - gap * N.saturating_sub(1) as f32).max(0.0);
    let total: f32 = shares.iter().sum();
    let mut left = rect.left();
    shares.map(|share| {
        let column = width * share / total;
        let place = Rect::from_min_size(pos2(left, rect.top()), vec2(column, rect.height()));
        left += column + gap;
        place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(width: f32, height: f32) -> Plan {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
        Plan::of(area, scale_of(area.size()), Aim::Nowhere)
    }

    fn plan_towards(width: f32, height: f32) -> Plan {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
        Plan::of(area, scale_of(area.size()), Aim::Pinned)
    }

    fn sizes() -> impl Iterator<Item = (f32, f32)> {
        let widths = [320.0, 480.0, 560.0, 640.0, 800.0, 1024.0, 1100.0, 1600.0, 1920.0, 3840.0];
        let heights = [240.0, 360.0, 420.0, 480.0, 600.0, 720.0, 1080.0, 1400.0, 2160.0];
        widths.into_iter().flat_map(move |w| heights.map(|h| (w, h)))
    }

    #[test]
    fn zones_never_overlap_and_never_leave_the_window() {
        for (w, h) in sizes() {
            for plan in [plan(w, h), plan_towards(w, h)] {
                for (idx, (zone, rect)) in plan.zones.iter().enumerate() {
                    assert!(rect.min.x >= 0.0 && rect.min.y >= 0.0, "{zone:?} at {w}x{h}");
                    assert!(rect.max.x <= w && rect.max.y <= h + 0.01, "{zone:?} at {w}x{h}");
                    assert!(rect.is_positive(), "{zone:?} at {w}x{h}");
                    for (other, other_rect) in &plan.zones[idx + 1..] {
                        let overlap = rect.intersect(*other_rect);
                        assert!(!overlap.is_positive(), "{zone:?} and {other:?} at {w}x{h}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_target_has_its_place_in_every_usable_window() {
        for (w, h) in sizes().filter(|(w, h)| *w >= 480.0 && *h >= 360.0) {
            let plan = plan_towards(w, h);
            let n_places = plan
                .zones
                .iter()
                .filter(|(zone, _)| matches!(zone, Zone::Target | Zone::TargetLine))
                .count();
            assert_eq!(n_places, 1, "{w}x{h}");
        }
        // What it is chosen from stays beside it where there is room for all of it.
        for (w, h) in [(1100.0, 720.0), (1920.0, 1080.0), (3840.0, 2160.0)] {
            let plan = plan_towards(w, h);
            for zone in [Zone::Target, Zone::References, Zone::Scenes] {
                assert!(plan.zones.iter().any(|(shown, _)| *shown == zone), "{zone:?} at {w}x{h}");
            }
        }
    }

    #[test]
    fn zones_fold_away_in_the_stated_order() {
        for (w, h) in sizes() {
            let plan = plan(w, h);
            let shows = |zone: Zone| plan.zones.iter().any(|(shown, _)| *shown == zone);
            for always in [Zone::Key, Zone::Tempo, Zone::Chord] {
                assert!(shows(always), "{always:?} at {w}x{h}");
            }
            for pair in Zone::FOLDING.windows(2) {
                let [first, second] = pair else { continue };
                assert!(!shows(*first) || shows(*second), "{first:?}, {second:?} at {w}x{h}");
            }
        }
    }

    #[test]
    fn the_default_size_shows_everything_and_the_smallest_still_has_buttons() {
        assert_eq!(plan(1100.0, 720.0).zones.len(), 12);
        assert_eq!(plan(1920.0, 1080.0).zones.len(), 12);
        assert_eq!(plan(3840.0, 2160.0).zones.len(), 12);
        let small = plan(480.0, 360.0);
        assert!(small.zones.iter().any(|(zone, _)| *zone == Zone::Controls));
        assert!(small.zones.iter().any(|(zone, _)| *zone == Zone::Status));
    }

    #[test]
    fn no_space_shows_nothing_and_does_not_panic() {
        for (w, h) in [(0.0, 0.0), (1.0, 900.0), (900.0, 0.0), (-5.0, 3.0), (f32::NAN, 2.0)] {
            for (_, rect) in plan(w, h).zones {
                assert!(rect.width() >= 0.0 && rect.height() >= 0.0);
            }
        }
    }
}
