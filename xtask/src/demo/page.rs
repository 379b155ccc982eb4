//! The report as one page that needs nothing else: no network, no script, no other file.

use advice::{Corpus, SceneProfiles, Snapshot, Suggestion};
use library::AnalysisFacts;

use super::{Report, clock, timeline};
use crate::html::{add, escaped};

const STYLE: &str = include_str!("page.css");

/// The page.
pub(super) fn page(report: &Report) -> String {
    let Some(facts) = &report.line.facts else { return String::new() };
    let mut body = String::new();
    header(&mut body, report);
    cards(&mut body, facts);
    section(&mut body, "What was shown, and when", &timeline::svg(report, facts));
    section(&mut body, "Where it would fit", &scenes(&report.snapshot));
    if let Some(text) = suggestion(&report.snapshot) {
        section(&mut body, "One thing to try", &format!("<p class=\"try\">{text}</p>"));
    }
    section(&mut body, "Every change of what was shown", &changes(facts));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} – heard by Jamboree</title><style>{STYLE}</style></head>\
         <body><main>{body}</main></body></html>\n",
        title = escaped(&report.title),
    )
}

fn section(body: &mut String, title: &str, content: &str) {
    add!(body, "<section><h2>{title}</h2>{content}</section>");
}

fn header(body: &mut String, report: &Report) {
    add!(
        body,
        "<header><h1>{}</h1><p>Jamboree listened for {:.0} seconds through the live path of the plugin. \
         Everything on this page was heard, nothing was told.</p></header>",
        escaped(&report.title),
        report.line.audio_seconds,
    );
}

fn card(body: &mut String, name: &str, value: &str, note: &str) {
    add!(
        body,
        "<div class=\"card\"><h3>{name}</h3><p class=\"value\">{}</p><p class=\"note\">{}</p></div>",
        escaped(value),
        escaped(note)
    );
}

fn cards(body: &mut String, facts: &AnalysisFacts) {
    body.push_str("<div class=\"cards\">");
    match &facts.key {
        Some(key) => {
            let runner_up = key.alternatives.first();
            let or = runner_up.map(|or| format!(", else {} {}", or.tonic, or.mode));
            card(
                body,
                "Key",
                &format!("{} {}", key.tonic, key.mode),
                &format!("{:.0} % sure{}", key.confidence * 100.0, or.unwrap_or_default()),
            );
        }
        None => card(body, "Key", "–", "no clear key"),
    }
    match &facts.tempo {
        Some(tempo) => card(
            body,
            "Tempo",
            &format!("{:.1} BPM", tempo.bpm),
            &format!("{:.0} % sure, {}", tempo.confidence * 100.0, tempo.stability),
        ),
        None => card(body, "Tempo", "–", "no pulse"),
    }
    let meter = facts.meter.map(|meter| format!("{} beats a bar", meter.beats_per_bar));
    let n_beats = format!("{} beats called as they fell", facts.beats.len());
    card(body, "Meter", meter.as_deref().unwrap_or("–"), &n_beats);
    let loudness = facts.loudness;
    let range = loudness.range_lu.map(|range| format!("range {range:.1} LU"));
    let peak = loudness.true_peak_dbtp.map(|peak| format!("peak {peak:.1} dBTP"));
    let notes: Vec<String> = range.into_iter().chain(peak).collect();
    let integrated = loudness.integrated_lufs.map(|lufs| format!("{lufs:.1} LUFS"));
    card(body, "Loudness", integrated.as_deref().unwrap_or("–"), &notes.join(", "));
    let tuning = facts.tuning_hz.map(|hz| format!("A4 = {hz:.1} Hz"));
    card(body, "Tuning", tuning.as_deref().unwrap_or("–"), "");
    body.push_str("</div>");
}

fn scenes(snapshot: &Snapshot) -> String {
    let mut html = String::from("<table class=\"scenes\">");
    for fit in snapshot.scenes.iter() {
        let Some(profile) = SceneProfiles::shipped().get(fit.scene) else { continue };
        let cues = |cues: &mut dyn Iterator<Item = &advice::Cue>| {
            cues.map(|cue| cue.name()).collect::<Vec<_>>().join(", ")
        };
        add!(
            html,
            "<tr><th>{}</th><td><span class=\"bar\"><i style=\"width:{:.0}%\"></i></span></td>\
             <td>agrees: {}<br><span class=\"note\">differs: {}</span></td>\
             <td class=\"note\">{}</td></tr>",
            escaped(profile.name_en()),
            f64::from(fit.fit) * 100.0,
            or_dash(&cues(&mut fit.agrees.iter())),
            or_dash(&cues(&mut fit.differs.iter())),
            profile.source().name(),
        );
    }
    if snapshot.scenes.is_empty() {
        return "<p class=\"note\">Too little was heard to say.</p>".to_owned();
    }
    html.push_str("</table>");
    html
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}

fn suggestion(snapshot: &Snapshot) -> Option<String> {
    Some(match snapshot.suggestion? {
        Suggestion::Chord { key, after, next } => {
            let corpus = match next.corpus {
                Corpus::Billboard => "739 US songs (McGill Billboard)",
                Corpus::Pop909 => "777 Chinese pop songs (POP909)",
            };
            format!(
                "After <b>{}</b> in {key}, play <b>{}</b>: it came next {:.0} % of the time in \
                 {corpus}, counted {} times.",
                escaped(&after.symbol(key.spelling())),
                escaped(&next.chord.symbol(key.spelling())),
                next.probability * 100.0,
                next.n_counted,
            )
        }
        // The demo aims at nothing.
        Suggestion::Close { .. } => return None,
        Suggestion::Move { scene, cue, here, there } => format!(
            "Towards <b>{}</b>: bring the {} from {here:.1} to {there:.1}.",
            escaped(SceneProfiles::shipped().get(scene)?.name_en()),
            cue.name(),
        ),
    })
}

fn changes(facts: &AnalysisFacts) -> String {
    let mut html = String::from(
        "<details><summary>as a table</summary><table class=\"changes\">\
         <tr><th>time</th><th>key</th><th>tempo</th><th>chord</th></tr>",
    );
    for entry in facts.timeline.iter().flatten() {
        add!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            clock(entry.t),
            escaped(entry.key.as_deref().unwrap_or("–")),
            entry.bpm.map_or("–".to_owned(), |bpm| format!("{bpm:.1}")),
            escaped(entry.chord.as_deref().unwrap_or("–")),
        );
    }
    html.push_str("</table></details>");
    html
}
