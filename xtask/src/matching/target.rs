//! How far a file is from a scene or a reference, aspect by aspect: the gap that the panel shows.

use std::io::Write;

use advice::{
    Aim, BalanceGap, BalanceRegion, Compared, FigureGap, Gap, GapAspect, GapValue, KeyGap, KeyGoal,
    SceneProfiles, Target, TempoGap, TempoLevel,
};
use analysis::Fingerprint;
use anyhow::{Context as _, anyhow};
use library::{ReferenceEntry, References};
use serde_json::{Map, Value, json};

use crate::usage::WrongArgument;

/// A target, and the gap to it.
pub(super) struct Towards {
    name: Named,
    gap: Gap,
}

enum Named {
    Scene { key: String, name_en: String },
    Reference(Box<ReferenceEntry>),
}

impl Towards {
    /// The gap between `here` and what is called `name`: one of the scenes of `profiles`, or a
    /// reference.
    pub(super) fn of(
        here: &Fingerprint,
        name: &str,
        profiles: &SceneProfiles,
        references: &References,
    ) -> anyhow::Result<Self> {
        let target = references.target_named(name, profiles).map_err(|error| {
            if error.is_about_a_name() {
                WrongArgument(format!("--target: {error}")).into()
            } else {
                anyhow::Error::new(error)
            }
        })?;
        let gone =
            || anyhow!("--target: '{name}' was taken out of the library just now; try again");
        let (name, mut aim) = match target {
            Target::Scene(scene) => {
                let profile = profiles.get(scene).with_context(gone)?;
                let (key, name_en) = (profile.key().to_owned(), profile.name_en().to_owned());
                (Named::Scene { key, name_en }, Aim::at_scene(scene, profile))
            }
            Target::Reference(track) => {
                let entry = references.entry(track)?.with_context(gone)?;
                let aim = Aim::at_reference(track, &entry.fingerprint);
                (Named::Reference(Box::new(entry)), aim)
            }
        };
        Ok(Self { name, gap: aim.gap(here) })
    }

    /// The target and the gap; aspects that it says nothing about are left out, those that were not
    /// heard are null.
    pub(super) fn to_json(&self) -> Value {
        let mut target = match &self.name {
            Named::Scene { key, name_en } => {
                json!({"kind": "scene", "name": key, "name_en": name_en})
            }
            Named::Reference(entry) => json!({
                "kind": "reference",
                "file": entry.file.to_string_lossy(),
                "title": entry.title,
            }),
        };
        let mut gap = Map::new();
        for aspect in self.gap.aspects() {
            let value = match self.gap.value(aspect) {
                Compared::Known(value) => value_to_json(aspect, value),
                Compared::Unheard | Compared::Open => Value::Null,
            };
            gap.insert(aspect.name().to_owned(), value);
        }
        target["gap"] = Value::Object(gap);
        target["largest"] = json!(self.gap.largest.map(GapAspect::name));
        target
    }

    /// In words.
    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let name = match &self.name {
            Named::Scene { name_en, .. } => name_en,
            Named::Reference(entry) => &entry.title,
        };
        writeln!(out, "\n{:>14}  here and there, and what brings it nearer", format!("to {name}"))?;
        for aspect in self.gap.aspects() {
            let words = match self.gap.value(aspect) {
                Compared::Known(value) => in_words(aspect, value),
                Compared::Unheard | Compared::Open => "not heard surely enough to say".to_owned(),
            };
            let mark = if self.gap.largest == Some(aspect) { "  <- first" } else { "" };
            writeln!(out, "{:>14}  {words}{mark}", aspect.name())?;
        }
        Ok(())
    }
}

fn value_to_json(aspect: GapAspect, value: GapValue<'_>) -> Value {
    match value {
        GapValue::Tempo(tempo) => json!({
            "here": rounded(tempo.here.0, 1),
            "from": rounded(tempo.from.0, 1),
            "to": rounded(tempo.to.0, 1),
            "read_at": tempo.level.factor(),
            "ratio": rounded(tempo.ratio, 2),
            "change_percent": rounded(tempo.change_percent(), 1),
            "confidence": rounded(tempo.confidence, 3),
        }),
        GapValue::Key(key) => json!({
            "here": key.here.to_string(),
            "there": match key.goal {
                KeyGoal::Key(there) => there.to_string(),
                KeyGoal::Mode(mode) => mode.name().to_owned(),
            },
            "fifths": key.fifths,
            "other_mode": key.other_mode,
            "confidence": rounded(key.confidence, 3),
        }),
        GapValue::Balance(balance) => {
            let regions: Map<String, Value> = balance
                .regions()
                .map(|(region, db)| (region.name().to_owned(), json!(rounded(db, 1))))
                .collect();
            json!({
                "unit": "dB",
                "bands": balance.bands_db.map(|db| rounded(db, 1)),
                "regions": regions,
                "confidence": rounded(balance.confidence, 3),
            })
        }
        GapValue::Figure(figure) => json!({
            "unit": unit(aspect),
            "here": rounded(figure.here, 1),
            "from": rounded(figure.from, 1),
            "to": rounded(figure.to, 1),
            "beyond": rounded(figure.beyond, 3),
            "confidence": rounded(figure.confidence, 3),
        }),
    }
}

fn in_words(aspect: GapAspect, value: GapValue<'_>) -> String {
    match value {
        GapValue::Tempo(tempo) => tempo_in_words(tempo),
        GapValue::Key(key) => key_in_words(key),
        GapValue::Balance(balance) => balance_in_words(balance),
        GapValue::Figure(figure) => figure_in_words(aspect, figure),
    }
}

fn tempo_in_words(tempo: &TempoGap) -> String {
    let read = match tempo.level {
        TempoLevel::Same => "",
        TempoLevel::Half => ", its half",
        TempoLevel::Double => ", its double",
    };
    let percent = tempo.change_percent();
    let there = tempo.there().0;
    let here = tempo.here.0;
    if tempo.ratio == 1.0 {
        return format!("{here:.1} BPM, {there:.1}{read}: fits");
    }
    let way = if percent > 0.0 { "faster" } else { "slower" };
    format!(
        "{here:.1} BPM, {there:.1}{read}: {:.2} times, {:.0} % {way}",
        tempo.ratio,
        percent.abs()
    )
}

fn key_in_words(key: &KeyGap) -> String {
    let here = key.here;
    match key.goal {
        _ if key.is_there() => format!("{here}: fits"),
        KeyGoal::Mode(mode) => format!("{here}: towards {}", mode.name()),
        KeyGoal::Key(there) if key.is_relative() => format!("{here}, {there}: the same notes"),
        KeyGoal::Key(there) => {
            let n = key.fifths.unsigned_abs();
            let s = if n == 1 { "" } else { "s" };
            let way = if key.fifths > 0 { "up" } else { "down" };
            let mode =
                if key.other_mode { format!(", {}", there.mode.name()) } else { String::new() };
            format!("{here}, {there}: {n} fifth{s} {way}{mode}")
        }
    }
}

fn balance_in_words(balance: &BalanceGap) -> String {
    let in_words = |(region, db): (BalanceRegion, f32)| {
        let way = if db > 0.0 { "too much" } else { "too little" };
        format!("{} {:.0} dB {way}", region.name(), db.abs())
    };
    let regions: Vec<String> = balance.regions().map(in_words).collect();
    if regions.is_empty() {
        "within its own spread: fits".to_owned()
    } else {
        format!("beyond its own spread, equally loud: {}", regions.join(", "))
    }
}

fn figure_in_words(aspect: GapAspect, figure: &FigureGap) -> String {
    let n_decimals = if aspect == GapAspect::Brightness { 0 } else { 1 };
    let (here, there, unit) = (figure.here, figure.there(), unit(aspect));
    let (more, less) = match aspect {
        GapAspect::Brightness => ("brighter", "darker"),
        GapAspect::Bass => ("more bass", "less bass"),
        GapAspect::Roughness => ("rougher", "smoother"),
        GapAspect::OnsetDensity => ("more notes", "fewer notes"),
        GapAspect::LoudnessRange => ("more contrast", "more even"),
        _ => ("sharper peaks", "softer peaks"),
    };
    let to_do = match figure.beyond {
        beyond if beyond < 0.0 => more,
        beyond if beyond > 0.0 => less,
        _ => return format!("{here:.n_decimals$} {unit}: fits"),
    };
    format!("{here:.n_decimals$} {unit}, {there:.n_decimals$}: {to_do}")
}

fn unit(aspect: GapAspect) -> &'static str {
    match aspect {
        GapAspect::Brightness => "Hz",
        GapAspect::OnsetDensity => "a second",
        _ => "dB",
    }
}

fn rounded(value: f32, n_decimals: i32) -> f64 {
    let per_one = 10f64.powi(n_decimals);
    (f64::from(value) * per_one).round() / per_one + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use analysis::{Bpm, Key};

    #[test]
    fn the_words_have_the_numbers_of_the_gap() {
        let tempo = TempoGap {
            here: Bpm(126.0),
            from: Bpm(116.6),
            to: Bpm(116.6),
            ratio: 1.08,
            ..TempoGap::default()
        };
        assert_eq!(tempo_in_words(&tempo), "126.0 BPM, 116.6: 1.08 times, 7 % slower");
        let key = |name| Key::parse(name).unwrap();
        let gap = KeyGap {
            here: key("C major"),
            goal: KeyGoal::Key(key("G minor")),
            fifths: -2,
            other_mode: true,
            confidence: 0.9,
            gain: 0.4,
        };
        assert_eq!(key_in_words(&gap), "C major, G minor: 2 fifths down, minor");
        let figure =
            FigureGap { here: 2.1, from: 3.4, to: 3.4, beyond: -1.1, ..FigureGap::default() };
        assert_eq!(
            figure_in_words(GapAspect::OnsetDensity, &figure),
            "2.1 a second, 3.4: more notes"
        );
        let mut bands_db = [0.0; 27];
        bands_db[9] = 4.0;
        let balance = BalanceGap { bands_db, confidence: 0.9, gain: 0.2 };
        assert!(balance_in_words(&balance).ends_with("low mids 4 dB too much"));
        let quiet = BalanceGap { bands_db: bands_db.map(|db| -db), ..balance };
        assert!(balance_in_words(&quiet).ends_with("low mids 4 dB too little"));
        let json = value_to_json(GapAspect::Tempo, GapValue::Tempo(&tempo));
        assert_eq!((&json["ratio"], &json["change_percent"]), (&json!(1.08), &json!(-7.4)));
    }
}
