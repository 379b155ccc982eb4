//! The gap in words: each number of a sentence is the number of the data, rounded as it is said.

use advice::{
    BalanceGap, BalanceRegion, Compared, FigureGap, Gap, GapAspect, GapValue, KeyGap, KeyGoal,
    TempoGap, TempoLevel,
};

use super::is_faint;
use crate::format;
use crate::i18n::Text;
use crate::view::View;

/// An aspect of the gap as it is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    /// The aspect.
    pub(crate) name: String,
    /// What is heard, and what is aimed at.
    pub(crate) value: String,
    /// What closes the gap.
    pub(crate) to_do: String,
    /// Whether there is a gap.
    pub(crate) is_off: bool,
    /// Whether it is not known, or not surely.
    pub(crate) is_faint: bool,
}

impl Told {
    /// All of it, for a tooltip or a screen reader.
    pub(crate) fn sentence(&self) -> String {
        let parts = [self.name.as_str(), &self.value, &self.to_do];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

/// An aspect of `gap` in words.
pub(crate) fn told(view: &View<'_>, gap: &Gap, aspect: GapAspect) -> Told {
    let name = view.say(aspect_name(aspect));
    let told = |value: String, to_do: String, is_off: bool, confidence: f32| Told {
        name: name.clone(),
        value,
        to_do,
        is_off,
        is_faint: is_faint(confidence),
    };
    match gap.value(aspect) {
        Compared::Open => told(format::NONE.to_owned(), String::new(), false, 0.0),
        Compared::Unheard => {
            let words = match aspect {
                GapAspect::Tempo => Text("no-clear-tempo"),
                GapAspect::Key => Text("no-clear-key"),
                _ => Text("gap-unheard"),
            };
            told(format::NONE.to_owned(), view.say(words), false, 0.0)
        }
        Compared::Known(GapValue::Tempo(tempo)) => {
            let is_off = tempo.ratio != 1.0;
            told(ratio(tempo.ratio), tempo_words(view, tempo), is_off, tempo.confidence)
        }
        Compared::Known(GapValue::Key(key)) => {
            told(keys(view, key), key_words(view, key), !key.is_there(), key.confidence)
        }
        Compared::Known(GapValue::Balance(balance)) => {
            let (value, to_do) = balance_words(view, balance);
            told(value, to_do, balance.most_db() != 0.0, balance.confidence)
        }
        Compared::Known(GapValue::Figure(figure)) => told(
            figures(view, aspect, figure),
            view.say(figure_move(aspect, figure)),
            figure.beyond != 0.0,
            figure.confidence,
        ),
    }
}

/// Why the largest gap is one, in a sentence.
pub(crate) fn reason(view: &View<'_>, gap: &Gap, aspect: GapAspect) -> String {
    match gap.value(aspect) {
        Compared::Open | Compared::Unheard => String::new(),
        Compared::Known(GapValue::Tempo(tempo)) => {
            let blanks = [
                ("here", format::number(tempo.here.0, 1).into()),
                ("there", format::number(tempo.there().0, 1).into()),
                ("ratio", format::number(tempo.ratio, 2).into()),
                ("base", base(tempo).into()),
            ];
            let text = match tempo.level {
                TempoLevel::Same => Text("why-tempo"),
                TempoLevel::Half => Text("why-tempo-half"),
                TempoLevel::Double => Text("why-tempo-double"),
            };
            view.texts.with(text, &blanks)
        }
        Compared::Known(GapValue::Key(key)) => {
            let here = view.key(key.here);
            match key.goal {
                KeyGoal::Key(there) => {
                    let blanks = [("here", here.into()), ("there", view.key(there).into())];
                    view.texts.with(Text("why-key"), &blanks)
                }
                KeyGoal::Mode(mode) => {
                    let blanks = [("here", here.into()), ("mode", view.mode(mode).into())];
                    view.texts.with(Text("why-mode"), &blanks)
                }
            }
        }
        Compared::Known(GapValue::Balance(balance)) => {
            let regions = excesses(view, balance).join(&view.say(Text("list-comma")));
            view.texts.with(Text("why-balance"), &[("regions", regions.into())])
        }
        Compared::Known(GapValue::Figure(figure)) => {
            let blanks = [
                ("aspect", view.say(aspect_name(aspect)).into()),
                ("here", figure_value(view, aspect, figure.here).into()),
                ("there", figure_value(view, aspect, figure.there()).into()),
            ];
            view.texts.with(Text("why-figure"), &blanks)
        }
    }
}

/// "1.08×".
fn ratio(ratio: f32) -> String {
    format!("{}×", format::number(ratio, 2))
}

/// The target's own tempo, whichever level it is read at.
fn base(tempo: &TempoGap) -> String {
    format::number(tempo.there().0 / tempo.level.factor(), 1)
}

/// "7 % slower, to 117", and "41 % faster, to 216 (twice 108.0)" where the target is at 108.
fn tempo_words(view: &View<'_>, tempo: &TempoGap) -> String {
    let percent = tempo.change_percent();
    if tempo.ratio == 1.0 {
        return view.say(match tempo.level {
            TempoLevel::Same => Text("gap-tempo-same"),
            TempoLevel::Half => Text("gap-tempo-half"),
            TempoLevel::Double => Text("gap-tempo-double"),
        });
    }
    let there = tempo.there().0;
    // In whole BPM, but where that would lie on the other side of what is heard.
    let keeps_side = (there.round() < tempo.here.0) == (tempo.ratio > 1.0);
    let is_there = there.round() == tempo.here.0;
    let there = format::number(there, if keeps_side && !is_there { 0 } else { 1 });
    let at_level = |text| {
        let blanks = [("bpm", there.as_str().into()), ("base", base(tempo).into())];
        view.texts.with(text, &blanks)
    };
    let bpm = match tempo.level {
        TempoLevel::Same => there.clone(),
        TempoLevel::Half => at_level(Text("gap-bpm-half")),
        TempoLevel::Double => at_level(Text("gap-bpm-double")),
    };
    let blanks = [("percent", format::number(percent.abs(), 0).into()), ("bpm", bpm.into())];
    let text = if percent > 0.0 { Text("gap-tempo-faster") } else { Text("gap-tempo-slower") };
    view.texts.with(text, &blanks)
}

/// "D major → G minor".
fn keys(view: &View<'_>, key: &KeyGap) -> String {
    if key.is_there() {
        return view.key(key.here);
    }
    let there = match key.goal {
        KeyGoal::Key(there) => view.key(there),
        KeyGoal::Mode(mode) => view.mode(mode),
    };
    from_to(view, &view.key(key.here), &there)
}

/// "2 fifths down, minor".
fn key_words(view: &View<'_>, key: &KeyGap) -> String {
    let mode = |mode| [("mode", view.mode(mode).into())];
    let there = match key.goal {
        _ if key.is_there() => return view.say(Text("gap-key-same")),
        KeyGoal::Mode(goal) => return view.texts.with(Text("gap-key-mode"), &mode(goal)),
        KeyGoal::Key(there) => there,
    };
    if key.is_relative() {
        return view.texts.with(Text("gap-key-relative"), &mode(there.mode));
    }
    let n = u64::from(key.fifths.unsigned_abs());
    let fifths = match key.fifths {
        6 => view.texts.with(Text("gap-key-opposite"), &[("n", n.into())]),
        1.. => view.texts.with(Text("gap-key-up"), &[("n", n.into())]),
        _ => view.texts.with(Text("gap-key-down"), &[("n", n.into())]),
    };
    if !key.other_mode {
        return fifths;
    }
    let blanks = [("fifths", fifths.into()), ("mode", view.mode(there.mode).into())];
    view.texts.with(Text("gap-key-fifths-and-mode"), &blanks)
}

/// "1850 → 2300 Hz", or "1850 Hz" where that is as good as there.
fn figures(view: &View<'_>, aspect: GapAspect, figure: &FigureGap) -> String {
    let there = figure_value(view, aspect, figure.there());
    if figure.beyond == 0.0 {
        return figure_value(view, aspect, figure.here);
    }
    from_to(view, &format::number(figure.here, decimals(aspect)), &there)
}

fn from_to(view: &View<'_>, here: &str, there: &str) -> String {
    view.texts.with(Text("gap-from-to"), &[("here", here.into()), ("there", there.into())])
}

/// A figure with its unit.
fn figure_value(view: &View<'_>, aspect: GapAspect, value: f32) -> String {
    let number = format::number(value, decimals(aspect));
    match aspect {
        GapAspect::Brightness => format!("{number}\u{a0}Hz"),
        GapAspect::OnsetDensity => {
            view.texts.with(Text("per-second-short"), &[("n", number.into())])
        }
        _ => format!("{number}\u{a0}dB"),
    }
}

fn decimals(aspect: GapAspect) -> usize {
    if aspect == GapAspect::Brightness { 0 } else { 1 }
}

/// What brings a figure nearer.
fn figure_move(aspect: GapAspect, figure: &FigureGap) -> Text {
    let is_more = figure.beyond < 0.0;
    match (aspect, is_more) {
        _ if figure.beyond == 0.0 => Text("gap-fits"),
        (GapAspect::Brightness, true) => Text("gap-brighter"),
        (GapAspect::Brightness, false) => Text("gap-darker"),
        (GapAspect::Bass, true) => Text("gap-more-bass"),
        (GapAspect::Bass, false) => Text("gap-less-bass"),
        (GapAspect::Roughness, true) => Text("gap-rougher"),
        (GapAspect::Roughness, false) => Text("gap-smoother"),
        (GapAspect::OnsetDensity, true) => Text("gap-more-onsets"),
        (GapAspect::OnsetDensity, false) => Text("gap-fewer-onsets"),
        (GapAspect::LoudnessRange, true) => Text("gap-more-range"),
        (GapAspect::LoudnessRange, false) => Text("gap-less-range"),
        (_, true) => Text("gap-sharper-peaks"),
        (_, false) => Text("gap-softer-peaks"),
    }
}

/// Regions that are told: more can't be listened for at once.
const N_REGIONS: usize = 3;

/// The region furthest off, and what brings it and the next ones nearer.
fn balance_words(view: &View<'_>, balance: &BalanceGap) -> (String, String) {
    let Some(furthest) = excesses(view, balance).into_iter().next() else {
        return (view.say(Text("gap-balance-within")), view.say(Text("gap-fits")));
    };
    // A producer turns a region the other way than it is off.
    let moves = regions(view, balance, Text("gap-region-less"), Text("gap-region-more"));
    (furthest, moves.join(&view.say(Text("list-comma"))))
}

/// "low mids 4 dB too much", furthest first.
fn excesses(view: &View<'_>, balance: &BalanceGap) -> Vec<String> {
    regions(view, balance, Text("gap-region-too-much"), Text("gap-region-too-little"))
}

/// The regions that are off, furthest first: `loud` says it of one that is too loud, `quiet` of one
/// that is too quiet.
fn regions(view: &View<'_>, balance: &BalanceGap, loud: Text, quiet: Text) -> Vec<String> {
    let one = |(region, db): (BalanceRegion, f32)| {
        let blanks = [
            ("region", view.say(region_name(region)).into()),
            ("db", format::number(db.abs(), 0).into()),
        ];
        view.texts.with(if db > 0.0 { loud } else { quiet }, &blanks)
    };
    balance.regions().take(N_REGIONS).map(one).collect()
}

fn region_name(region: BalanceRegion) -> Text {
    match region {
        BalanceRegion::Sub => Text("region-sub"),
        BalanceRegion::Bass => Text("region-bass"),
        BalanceRegion::LowMids => Text("region-low-mids"),
        BalanceRegion::Mids => Text("region-mids"),
        BalanceRegion::HighMids => Text("region-high-mids"),
        BalanceRegion::Highs => Text("region-highs"),
    }
}

/// The name of an aspect of the gap.
pub(crate) fn aspect_name(aspect: GapAspect) -> Text {
    match aspect {
        GapAspect::Tempo => Text("gap-tempo"),
        GapAspect::Key => Text("gap-key"),
        GapAspect::Brightness => Text("gap-brightness"),
        GapAspect::Balance => Text("gap-balance"),
        GapAspect::Bass => Text("gap-bass"),
        GapAspect::Roughness => Text("gap-roughness"),
        GapAspect::OnsetDensity => Text("gap-onsets"),
        GapAspect::LoudnessRange => Text("gap-range"),
        GapAspect::Crest => Text("gap-crest"),
    }
}
