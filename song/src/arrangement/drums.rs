//! Kick on one and three, backbeat on two and four, hats in eighths; fills lead on.

use super::{Pen, Place, Section};
use crate::score::Part;

/// Eighths at which the kick plays, with velocities.
const KICK_PLAIN: &[(f64, f32)] = &[(0.0, 1.0), (4.0, 0.95)];
const KICK_VERSE: &[(f64, f32)] = &[(0.0, 1.0), (4.0, 0.95), (5.0, 0.6)];
const KICK_CHORUS: &[(f64, f32)] = &[(0.0, 1.0), (3.0, 0.6), (4.0, 0.95), (5.0, 0.65)];

pub(super) fn write(pen: &mut Pen, place: Place) {
    if place.is_first_bar() && place.section != Section::Verse {
        let velocity = if place.section == Section::Intro { 0.5 } else { 0.9 };
        pen.write(Part::Crash, 0.0, 1.0, 0, velocity);
    }
    if place.is_last_chord() {
        pen.write(Part::Kick, 0.0, 1.0, 0, 1.0);
        pen.write(Part::Crash, 0.0, 1.0, 0, 0.8);
        return;
    }
    let loud = matches!(place.section, Section::Chorus | Section::LastChorus);
    let kicks = match place.section {
        Section::Intro | Section::Break | Section::Ending => KICK_PLAIN,
        Section::Verse => KICK_VERSE,
        Section::Chorus | Section::LastChorus => KICK_CHORUS,
    };
    for &(at, velocity) in kicks {
        pen.write(Part::Kick, at, 1.0, 0, velocity);
    }
    for at in [2.0, 6.0] {
        if place.section != Section::Break {
            pen.write(Part::Snare, at, 1.0, 0, if loud { 1.0 } else { 0.85 });
        }
        if loud || place.section == Section::Break {
            pen.write(Part::Clap, at, 1.0, 0, 0.9);
        }
    }
    write_hats(pen, loud);
    if place.is_last_bar() && place.section != Section::Intro {
        write_fill(pen);
    }
}

fn write_hats(pen: &mut Pen, loud: bool) {
    for eighth in 0..8 {
        let at = f64::from(eighth);
        if loud && eighth == 7 {
            pen.write(Part::OpenHat, at, 1.0, 0, 0.7);
        } else {
            let velocity = if eighth % 2 == 0 { 0.75 } else { 0.5 };
            pen.write(Part::ClosedHat, at, 1.0, 0, velocity);
        }
    }
}

/// Three sixteenths after the last backbeat.
fn write_fill(pen: &mut Pen) {
    for (at, velocity) in [(6.5, 0.5), (7.0, 0.65), (7.5, 0.8)] {
        pen.write(Part::Snare, at, 0.5, 0, velocity);
    }
}
