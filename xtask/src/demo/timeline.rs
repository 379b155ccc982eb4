//! The timeline of the report: keys, chords, beats, tempo and loudness over the same seconds.

use library::AnalysisFacts;

use super::Report;
use crate::html::{add, escaped};

const WIDTH: f64 = 1000.0;
/// Room for the names of the lanes.
const LEFT: f64 = 76.0;
const KEYS: f64 = 8.0;
const CHORDS: f64 = 52.0;
const BEATS: f64 = 104.0;
const TEMPO: f64 = 132.0;
const LOUDNESS: f64 = 178.0;
const LOUDNESS_HEIGHT: f64 = 64.0;
const HEIGHT: f64 = 272.0;
/// Quietest level drawn.
const FLOOR_LUFS: f64 = -50.0;

struct Scale {
    seconds: f64,
}

impl Scale {
    fn x(&self, at: f64) -> f64 {
        LEFT + (WIDTH - LEFT - 4.0) * (at / self.seconds).clamp(0.0, 1.0)
    }
}

/// The drawing, inline.
pub(super) fn svg(report: &Report, facts: &AnalysisFacts) -> String {
    let scale = Scale { seconds: report.line.audio_seconds.max(1.0) };
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"Keys, chords, beats, tempo and loudness over time\">"
    );
    for (name, y) in [
        ("key", KEYS + 20.0),
        ("chords", CHORDS + 25.0),
        ("beats", BEATS + 12.0),
        ("tempo", TEMPO + 20.0),
        ("loudness", LOUDNESS + 36.0),
    ] {
        add!(svg, "<text class=\"quiet\" x=\"0\" y=\"{y}\">{name}</text>");
    }
    seconds(&mut svg, &scale);
    keys(&mut svg, &scale, facts);
    chords(&mut svg, &scale, facts);
    beats(&mut svg, &scale, facts);
    tempo(&mut svg, &scale, facts);
    loudness(&mut svg, &scale, report);
    svg.push_str("</svg>");
    svg
}

fn seconds(svg: &mut String, scale: &Scale) {
    let step = if scale.seconds > 40.0 { 10.0 } else { 5.0 };
    let mut at = 0.0;
    while at < scale.seconds {
        let (x, bottom) = (scale.x(at), HEIGHT - 18.0);
        add!(svg, "<line class=\"rule\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"0\" y2=\"{bottom}\"/>");
        add!(
            svg,
            "<text class=\"quiet\" x=\"{:.1}\" y=\"{}\">{}:{:02}</text>",
            x + 3.0,
            HEIGHT - 4.0,
            at as u64 / 60,
            at as u64 % 60
        );
        at += step;
    }
}

/// Related pitches have related colours: the hue goes round the circle of fifths.
fn hue(label: &str) -> Option<f64> {
    let root = label.split([':', ' ']).next()?;
    let pitch_class = analysis::PitchClass::parse(root)?;
    Some((pitch_class.index() * 7 % 12) as f64 * 30.0 + 10.0)
}

fn block(svg: &mut String, x: (f64, f64), y: f64, height: f64, label: &str, text: &str) {
    let Some(hue) = hue(label) else { return };
    let width = (x.1 - x.0 - 1.5).max(0.5);
    let light = if label.contains("min") || label.contains("dim") { 66 } else { 78 };
    add!(
        svg,
        "<g class=\"chord\"><title>{}</title><rect x=\"{:.1}\" y=\"{y}\" width=\"{width:.1}\" \
         height=\"{height}\" rx=\"5\" fill=\"hsl({hue:.0} 42% {light}%)\"/>",
        escaped(label),
        x.0
    );
    if width > 7.0 * text.chars().count() as f64 + 6.0 {
        add!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            x.0 + 6.0,
            y + 0.5 * height + 4.5,
            escaped(text)
        );
    }
    svg.push_str("</g>");
}

fn keys(svg: &mut String, scale: &Scale, facts: &AnalysisFacts) {
    for span in &facts.keys {
        block(svg, (scale.x(span.start), scale.x(span.end)), KEYS, 32.0, &span.key, &span.key);
    }
}

fn chords(svg: &mut String, scale: &Scale, facts: &AnalysisFacts) {
    for chord in &facts.chords {
        let short = analysis::Chord::parse(&chord.label).flatten().map(|named| {
            let flat = chord.label.get(1..2) == Some("b");
            let spelling =
                if flat { analysis::Spelling::Flats } else { analysis::Spelling::Sharps };
            named.symbol(spelling)
        });
        let x = (scale.x(chord.start), scale.x(chord.end));
        block(svg, x, CHORDS, 42.0, &chord.label, short.as_deref().unwrap_or_default());
    }
}

fn beats(svg: &mut String, scale: &Scale, facts: &AnalysisFacts) {
    for beat in &facts.beats {
        let (class, height) =
            if beat.bar_position == Some(1) { ("down", 16.0) } else { ("beat", 9.0) };
        add!(
            svg,
            "<line class=\"{class}\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{1}\" y2=\"{2}\"/>",
            scale.x(beat.t),
            BEATS + 16.0 - height,
            BEATS + 16.0
        );
    }
}

/// The tempo as it was shown, a step at each change.
fn tempo(svg: &mut String, scale: &Scale, facts: &AnalysisFacts) {
    let shown: Vec<(f64, f64)> = facts
        .timeline
        .iter()
        .flatten()
        .filter_map(|entry| entry.bpm.map(|bpm| (entry.t, bpm)))
        .collect();
    let Some(&(first, _)) = shown.first() else { return };
    let least = shown.iter().map(|(_, bpm)| *bpm).fold(f64::INFINITY, f64::min);
    let most = shown.iter().map(|(_, bpm)| *bpm).fold(0.0, f64::max);
    // A steady tempo is a straight line: tenths of a beat are not blown up.
    let middle = 0.5 * (least + most);
    let span = (most - least).max(8.0);
    let y = |bpm: f64| TEMPO + 16.0 - 28.0 * (bpm - middle) / span;
    let mut path = format!("M{:.1} {:.1}", scale.x(first), y(shown[0].1));
    for (at, bpm) in &shown {
        add!(path, "H{:.1}V{:.1}", scale.x(*at), y(*bpm));
    }
    add!(path, "H{:.1}", scale.x(scale.seconds));
    add!(svg, "<path class=\"tempo\" d=\"{path}\"/>");
    if let Some((_, bpm)) = shown.last() {
        add!(
            svg,
            "<text text-anchor=\"end\" x=\"{}\" y=\"{:.1}\">{bpm:.1} BPM</text>",
            WIDTH - 6.0,
            y(*bpm) - 6.0
        );
    }
}

fn loudness(svg: &mut String, scale: &Scale, report: &Report) {
    let bottom = LOUDNESS + LOUDNESS_HEIGHT;
    let (Some(first), Some(last)) = (report.loudness.first(), report.loudness.last()) else {
        return;
    };
    let mut path = format!("M{:.1} {bottom}", scale.x(first.0));
    for (at, lufs) in &report.loudness {
        let share = (1.0 - f64::from(*lufs).max(FLOOR_LUFS) / FLOOR_LUFS).clamp(0.0, 1.0);
        add!(path, "L{:.1} {:.1}", scale.x(*at), bottom - LOUDNESS_HEIGHT * share);
    }
    add!(path, "L{:.1} {bottom}Z", scale.x(last.0));
    add!(svg, "<path class=\"wave\" d=\"{path}\"/>");
}
