//! Wrong arguments, told in one line: the argument, and what was expected.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// An argument that turns out to be wrong only when it is looked at.
#[derive(Debug)]
pub(crate) struct WrongArgument(pub(crate) String);

impl std::fmt::Display for WrongArgument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongArgument {}

/// Says what is wrong with the model that hears style, where it is damaged: what is about to be
/// analysed is analysed without.
pub(crate) fn say_damaged_style_model() {
    if let Err(error) = library::style_model() {
        crate::say(&error.to_string());
    }
}

/// What `clap` says over several lines, in one.
pub(crate) fn one_line(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "no command given; expected one of those that `cargo xtask --help` lists".into();
    }
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(squeeze);
    let said = paragraphs.next().unwrap_or_default();
    let said = said.strip_prefix("error: ").unwrap_or(&said).to_owned();
    if let Some(ContextValue::String(near)) = error.get(ContextKind::SuggestedArg) {
        return format!("{said}; did you mean {near}?");
    }
    match error.kind() {
        ErrorKind::UnknownArgument | ErrorKind::MissingRequiredArgument => {
            match paragraphs.find_map(|p| p.strip_prefix("Usage: ").map(str::to_owned)) {
                Some(usage) => format!("{said}; expected {usage}"),
                None => said,
            }
        }
        ErrorKind::InvalidSubcommand => {
            format!("{said}; expected one of those that `cargo xtask --help` lists")
        }
        _ => said,
    }
}

fn squeeze(paragraph: &str) -> String {
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn said(args: &[&str]) -> String {
        one_line(&Cli::try_parse_from(args).unwrap_err())
    }

    #[test]
    fn wrong_arguments_are_named_in_one_line_with_what_was_expected() {
        for (args, parts) in [
            (&["x", "analyze"][..], &["<PATH>...", "expected"][..]),
            (&["x", "analyze", "a", "--jobs", "many"], &["--jobs", "many", "whole number"]),
            (&["x", "analyze", "a", "--format", "xml"], &["--format", "xml", "jsonl", "csv"]),
            (&["x", "analyze", "a", "--nonsense"], &["--nonsense", "expected"]),
            (&["x", "analyse", "a"], &["analyse"]),
            (&["x", "demo", "--seconds", "-3"], &["-3"]),
            (&["x", "demo", "--seconds=-3"], &["--seconds", "greater than 0"]),
            (&["x", "match", "a", "--library", "l", "--weights", "mood=1"], &["mood", "timbre"]),
            (&["x", "match", "a", "--library", "l", "--weights", "key=x"], &["key=x", "number"]),
            (&["x", "index", "a"], &["--library", "expected"]),
            (&["x", "bench", "--references", "9", "--files", "a"], &["--references", "--files"]),
            (&["x", "eval", "--tempo-changes", "--live"], &["--tempo-changes", "--live"]),
            (&["x"], &["command"]),
        ] {
            let line = said(args);
            assert_eq!(line.lines().count(), 1, "{line}");
            for part in parts {
                assert!(line.contains(part), "{args:?} → {line}");
            }
        }
    }
}
