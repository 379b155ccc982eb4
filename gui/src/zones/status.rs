//! One line that says whether all is well: what went wrong first, then what is going on.

use advice::WorkerState;
use analysis::InputState;
use egui::{Align, Rect, Ui, vec2};

use crate::format;
use crate::i18n::Text;
use crate::input::{Notice, NoticeKind};
use crate::layout::Zone;
use crate::theme;
use crate::view::View;

/// Draws the line.
pub(crate) fn show(ui: &Ui, area: Rect, view: &View<'_>) {
    let pen = view.pen(ui, area);
    let problems = problems(view);
    let remarks = remarks(view);
    let inside = area.shrink2(vec2(pen.px(2.0), 0.0));
    let separator = "   ·   ";
    let mut rest = inside;
    if !problems.is_empty() {
        let words = problems.join(separator);
        let drawn = pen.line(rest, Align::Min, &words, pen.look.body(), theme::PROBLEM);
        rest = rest.with_min_x((drawn.right() + pen.px(22.0)).min(rest.right()));
    }
    let words = remarks.join(separator);
    pen.line(rest, Align::Min, &words, pen.look.body(), theme::FAINT);
    let all: Vec<String> = problems.into_iter().chain(remarks).collect();
    let all = all.join(" · ");
    let response = view.describe(ui, area, Zone::Status, &all);
    response.on_hover_text(all);
}

/// What went wrong, worst first.
fn problems(view: &View<'_>) -> Vec<String> {
    let snapshot = view.input.snapshot;
    let mut problems = Vec::new();
    if snapshot.worker == WorkerState::Failed {
        problems.push(view.say(Text("worker-failed")));
    }
    if snapshot.worker == WorkerState::UnusableRate {
        problems.push(view.say(Text("unusable-rate")));
    }
    if let Some(notice) = view.input.notice.filter(is_problem) {
        problems.push(notice_words(view, &notice));
    }
    if snapshot.lost_samples > 0 {
        problems.push(lost_words(view));
    }
    problems
}

/// What is going on.
fn remarks(view: &View<'_>) -> Vec<String> {
    let snapshot = view.input.snapshot;
    let mut remarks = Vec::new();
    if view.input.settings.held || snapshot.held {
        remarks.push(view.say(Text("status-held")));
    }
    if let Some(notice) = view.input.notice.filter(|notice| !is_problem(notice)) {
        remarks.push(notice_words(view, &notice));
    }
    let heard = format::clock(snapshot.hearing.at.0);
    remarks.push(match (snapshot.worker, snapshot.hearing.input) {
        (WorkerState::Stopped, _) => view.say(Text("status-stopped")),
        (_, InputState::Waiting) => view.say(Text("status-waiting")),
        (_, InputState::Silent) => view.say(Text("status-silent")),
        (_, InputState::Sounding) => {
            view.texts.with(Text("status-heard"), &[("time", heard.into())])
        }
    });
    remarks
}

fn lost_words(view: &View<'_>) -> String {
    let snapshot = view.input.snapshot;
    let gaps = u64::from(snapshot.n_gaps.max(1));
    if snapshot.sample_rate == 0 {
        let samples = format::count(snapshot.lost_samples);
        let blanks = [("samples", samples.into()), ("gaps", gaps.into())];
        return view.texts.with(Text("lost-samples"), &blanks);
    }
    let lost_ms = snapshot.lost_samples as f64 * 1000.0 / f64::from(snapshot.sample_rate);
    let blanks = [("ms", format::count(lost_ms.ceil() as u64).into()), ("gaps", gaps.into())];
    view.texts.with(Text("lost-audio"), &blanks)
}

fn is_problem(notice: &Notice<'_>) -> bool {
    match notice.kind {
        // That a machine has no sound output is no mistake; that one does not work is, and has a
        // reason.
        NoticeKind::NoOutputDevice => !notice.detail.is_empty(),
        NoticeKind::NoInputDevice
        | NoticeKind::DeviceFailed
        | NoticeKind::FileFailed
        | NoticeKind::PanelFailed
        | NoticeKind::LevelNotKept
        | NoticeKind::Problem => true,
        NoticeKind::FilePlaying
        | NoticeKind::FileEnded
        | NoticeKind::DemoPlaying
        | NoticeKind::StateNewer
        | NoticeKind::StateDamaged => false,
    }
}

fn notice_words(view: &View<'_>, notice: &Notice<'_>) -> String {
    let text = match notice.kind {
        NoticeKind::NoInputDevice => Text("notice-no-input"),
        NoticeKind::NoOutputDevice => Text("notice-no-output"),
        NoticeKind::DeviceFailed => Text("notice-device-failed"),
        NoticeKind::FileFailed => Text("notice-file-failed"),
        NoticeKind::FilePlaying => Text("notice-file-playing"),
        NoticeKind::FileEnded => Text("notice-file-ended"),
        NoticeKind::DemoPlaying => Text("notice-demo-playing"),
        NoticeKind::PanelFailed => Text("notice-panel-failed"),
        NoticeKind::LevelNotKept => Text("notice-level-not-kept"),
        NoticeKind::StateNewer => Text("notice-state-newer"),
        NoticeKind::StateDamaged => Text("notice-state-damaged"),
        NoticeKind::Problem => return notice.detail.to_owned(),
    };
    let words = view.say(text);
    if notice.detail.is_empty() {
        return words;
    }
    let blanks = [("words", words.into()), ("detail", notice.detail.into())];
    view.texts.with(Text("notice-detail"), &blanks)
}
