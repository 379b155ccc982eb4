//! The page.

use advice::{Aspect, TrackId};

use super::{N_FAILURES, Name, Pair, Summary, charts, map, wheel};
use crate::html::{add, escaped};

const STYLE: &str = include_str!("page.css");

/// The library in half a line.
pub(super) fn headline(summary: &Summary) -> String {
    let totals = &summary.totals;
    format!(
        "{} tracks, {:.1} hours, {} files that failed",
        totals.n_tracks,
        totals.audio_seconds / 3600.0,
        totals.n_failed
    )
}

/// The page; `name_of` says what a track is called.
pub(super) fn page(summary: &Summary, name_of: &dyn Fn(TrackId) -> Name) -> String {
    let mut body = String::new();
    header(&mut body, summary);
    cards(&mut body, summary);
    body.push_str("<div class=\"two\"><div>");
    section(&mut body, "Tempo, in beats a minute", &charts::tempos(&summary.pieces));
    section(&mut body, "Loudness, in LUFS", &charts::loudness(&summary.pieces));
    body.push_str("</div><div>");
    section(&mut body, "Key, on the circle of fifths", &wheel::svg(&summary.pieces));
    body.push_str("</div></div>");
    section(&mut body, "What sounds alike lies together", &with_legend(summary, name_of));
    section(&mut body, "The most alike", &pairs(summary));
    section(&mut body, "The same more than once", &duplicates(summary, name_of));
    section(&mut body, "What could not be analysed", &failures(summary));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>{} – a library of Jamboree</title><style>{STYLE}</style></head>\
         <body><main>{body}</main></body></html>\n",
        escaped(&summary.name),
    )
}

fn section(body: &mut String, title: &str, content: &str) {
    add!(body, "<section><h2>{title}</h2>{content}</section>");
}

fn header(body: &mut String, summary: &Summary) {
    let n = summary.pieces.len();
    let looked_at = if n < summary.totals.n_tracks {
        format!(" Distributions and duplicates are of {n} tracks spread evenly over it.")
    } else {
        String::new()
    };
    add!(
        body,
        "<header><h1>{}</h1><p>A reference library, as Jamboree hears it.{looked_at}</p></header>",
        escaped(&summary.name)
    );
}

fn cards(body: &mut String, summary: &Summary) {
    let totals = &summary.totals;
    body.push_str("<div class=\"cards\">");
    let mut card = |name: &str, value: String, note: String| {
        add!(
            body,
            "<div class=\"card\"><h3>{name}</h3><p class=\"value\">{}</p>\
             <p class=\"note\">{}</p></div>",
            escaped(&value),
            escaped(&note)
        );
    };
    let copies = match totals.n_copies {
        0 => String::new(),
        n => counted(n, "of them a copy", "of them copies"),
    };
    card("Tracks", grouped(totals.n_tracks), copies);
    card("Length", length(totals.audio_seconds), String::new());
    let mut tempos: Vec<f32> = summary.pieces.iter().filter_map(|piece| piece.bpm).collect();
    tempos.sort_by(f32::total_cmp);
    let at = |share: usize| tempos.get((tempos.len() * share / 4).min(tempos.len().max(1) - 1));
    card(
        "Median tempo",
        at(2).map_or("–".to_owned(), |bpm| format!("{bpm:.0} BPM")),
        match (at(1), at(3)) {
            (Some(low), Some(high)) => format!("half are from {low:.0} to {high:.0}"),
            _ => String::new(),
        },
    );
    let keys: Vec<_> = summary.pieces.iter().filter_map(|piece| piece.key).collect();
    let n_major = keys.iter().filter(|key| key.mode == analysis::Mode::Major).count();
    card(
        "Major",
        match keys.len() {
            0 => "–".to_owned(),
            n => format!("{:.0} %", 100.0 * n_major as f64 / n as f64),
        },
        format!("of {} with a key", grouped(keys.len())),
    );
    card("Failed", grouped(totals.n_failed), "files that could not be analysed".to_owned());
    body.push_str("</div>");
}

fn with_legend(summary: &Summary, name_of: &dyn Fn(TrackId) -> Name) -> String {
    let mut html = map::svg(&summary.pieces, name_of);
    if summary.pieces.len() >= 3 {
        html.push_str("<p class=\"legend\">");
        for (class, words) in [
            ("slow", "under 90 BPM"),
            ("middle", "90 to 125"),
            ("fast", "125 and more"),
            ("none", "no pulse"),
        ] {
            add!(html, "<span><i class=\"{class}\"></i>{words}</span>");
        }
        html.push_str("</p><p class=\"note\">The two directions in which the tracks differ most.");
        if summary.pieces.len() > map::N_DRAWN {
            add!(html, " {} of them are drawn.", map::N_DRAWN);
        }
        html.push_str(" A dot says its title under the mouse.</p>");
    }
    html
}

fn named(name: &Name) -> String {
    let title = if name.title.is_empty() { "(gone)" } else { &name.title };
    match name.artist.as_str() {
        "" => escaped(title),
        artist => format!("{} <small>{}</small>", escaped(title), escaped(artist)),
    }
}

/// With the file, where the same title may be meant twice.
fn filed(name: &Name) -> String {
    format!("{} <small>{}</small>", named(name), escaped(&name.file))
}

fn pairs(summary: &Summary) -> String {
    if summary.pairs.is_empty() {
        return "<p class=\"note\">Two tracks or more are needed.</p>".to_owned();
    }
    let mut html = String::from(
        "<table><tr><th>distance</th><th>track</th><th>and</th><th>what sets them apart</th></tr>",
    );
    for Pair { one, other, found } in &summary.pairs {
        let mut aspects = Aspect::ALL.map(|aspect| (found.share(aspect), aspect.name()));
        aspects.sort_by(|a, b| b.0.total_cmp(&a.0));
        let most: Vec<String> = aspects
            .iter()
            .take(2)
            .map(|(share, name)| format!("{name} {:.0} %", share * 100.0))
            .collect();
        add!(
            html,
            "<tr><td class=\"figure\">{:.3}</td><td>{}</td><td>{}</td><td><small>{}</small></td></tr>",
            found.distance,
            named(one),
            named(other),
            most.join(", ")
        );
    }
    html.push_str("</table>");
    if summary.n_asked < summary.totals.n_tracks {
        add!(
            html,
            "<p class=\"note\">Of {} tracks and what is nearest to each.</p>",
            summary.n_asked
        );
    }
    html
}

fn duplicates(summary: &Summary, name_of: &dyn Fn(TrackId) -> Name) -> String {
    let found = &summary.duplicates;
    if found.copies.is_empty() && found.alike.is_empty() {
        return "<p class=\"note\">Nothing is there twice.</p>".to_owned();
    }
    let mut html = String::from("<table>");
    for group in &found.copies {
        let names: Vec<String> = group.iter().take(8).map(|id| filed(&name_of(*id))).collect();
        let more = group.len().saturating_sub(8);
        add!(html, "<tr><th>the same file</th><td>{}", names.join("<br>"));
        if more > 0 {
            add!(html, "<br><small>and {more} more</small>");
        }
        html.push_str("</td><td></td></tr>");
    }
    for (one, other, distance) in &found.alike {
        let how = if *distance <= 1e-6 { "the same sound" } else { "one recording" };
        add!(
            html,
            "<tr><th>{how}</th><td>{}<br>{}</td><td class=\"figure\">{distance:.3} apart</td></tr>",
            filed(&name_of(*one)),
            filed(&name_of(*other)),
        );
    }
    let n_left = (found.n_copied - found.copies.len()) + (found.n_alike - found.alike.len());
    if n_left > 0 {
        add!(html, "<tr><th>and {} more</th><td></td><td></td></tr>", grouped(n_left));
    }
    html.push_str("</table>");
    let n_copied = summary.totals.n_copies;
    add!(
        html,
        "<p class=\"note\">{}, and {} of one recording: as long as each other and nearly the same \
         to the ear.</p>",
        counted(n_copied, "copy of a file", "copies of files"),
        counted(found.n_alike, "pair", "pairs"),
    );
    html
}

fn failures(summary: &Summary) -> String {
    if summary.failures.is_empty() {
        return "<p class=\"note\">Everything could be analysed.</p>".to_owned();
    }
    let mut html = String::from("<table>");
    for (path, reason) in &summary.failures {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        add!(
            html,
            "<tr><td>{}</td><td><small>{}</small></td></tr>",
            escaped(&name),
            escaped(reason)
        );
    }
    html.push_str("</table>");
    if summary.totals.n_failed > N_FAILURES {
        add!(html, "<p class=\"note\">and {} more</p>", summary.totals.n_failed - N_FAILURES);
    }
    html
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// "12,345".
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "3 h 12 min", "4 min".
fn length(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as usize;
    match minutes {
        0 => format!("{seconds:.0} s"),
        1..60 => format!("{minutes} min"),
        60..6_000 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} h", grouped(minutes / 60)),
    }
}
