//! [`Table`]: the figures of one set, printed.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::measures::Figure;

/// The figures of one set.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) n_files: usize,
    pub(super) n_groups: usize,
    pub(super) live_seconds: Option<f64>,
    pub(super) columns: Vec<Column>,
    /// The representations, each with its figures in the order of the columns.
    pub(super) rows: Vec<(String, Vec<Figure>)>,
}

/// What is asked, and what the answer is worth.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// The question in full.
    pub(super) asks: String,
    /// What answers drawn by lot would reach.
    pub(super) chance: f64,
}

impl Table {
    pub(super) fn as_json(&self) -> Value {
        let named = |values: &mut dyn Iterator<Item = Value>| -> Value {
            let names = self.columns.iter().map(|column| column.name.replace(' ', "_"));
            Value::Object(names.zip(values).collect::<Map<_, _>>())
        };
        let rows: Map<String, Value> = self
            .rows
            .iter()
            .map(|(name, figures)| {
                let mut values =
                    figures.iter().map(|f| json!({"mean": f.mean, "error": f.standard_error}));
                (name.trim().to_owned(), named(&mut values))
            })
            .collect();
        json!({
            "set": self.name,
            "files": self.n_files,
            "groups": self.n_groups,
            "live_seconds": self.live_seconds,
            "asks": named(&mut self.columns.iter().map(|column| json!(column.asks))),
            "chance": named(&mut self.columns.iter().map(|column| json!(column.chance))),
            "representations": rows,
        })
    }

    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "{}: {} files, {} groups", self.name, self.n_files, self.n_groups)?;
        write!(out, "{:26}", "")?;
        for column in &self.columns {
            write!(out, "  {:>17}", column.name)?;
        }
        writeln!(out)?;
        for (name, figures) in &self.rows {
            write!(out, "{name:26}")?;
            for figure in figures {
                write!(out, "  {:9.3} ± {:5.3}", figure.mean, figure.standard_error)?;
            }
            writeln!(out)?;
        }
        write!(out, "{:26}", "chance")?;
        for column in &self.columns {
            write!(out, "  {:9.3}        ", column.chance)?;
        }
        writeln!(out)?;
        for column in &self.columns {
            writeln!(out, "  {}: {}", column.name, column.asks)?;
        }
        Ok(())
    }
}
