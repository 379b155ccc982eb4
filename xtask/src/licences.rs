//! The licence policy: everything linked may be used under a licence on the list. Works offline;
//! `deny.toml` says the same to cargo-deny, which knows advisories too.

use std::collections::HashMap;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::workspace::Workspace;

/// Permissive licences, weak copyleft by file, and fonts.
const ALLOWED: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "OFL-1.1",
    "Ubuntu-font-1.0",
    "Unicode-3.0",
    "Zlib",
];

/// What cargo knows of every package that is built for this platform.
fn metadata(workspace: &Workspace) -> anyhow::Result<Value> {
    let output = workspace
        .cargo()
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", &host()?])
        .output()
        .context("cargo can't be started")?;
    if !output.status.success() {
        bail!("cargo can't list the packages: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Name, version, licence and source of every package that is linked into `package`, a line each.
pub(crate) fn list(workspace: &Workspace, package: &str) -> anyhow::Result<String> {
    let metadata = metadata(workspace)?;
    let about: HashMap<&str, &Value> = metadata["packages"]
        .as_array()
        .context("cargo lists no packages")?
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, package)))
        .collect();
    let nodes: HashMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .context("cargo resolves no packages")?
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, &node["deps"])))
        .collect();
    let mut linked: Vec<&str> =
        about.iter().filter(|(_, about)| about["name"] == package).map(|(id, _)| *id).collect();
    let mut next = 0;
    while let Some(deps) = linked.get(next).map(|id| nodes.get(id)) {
        next += 1;
        for dep in deps.into_iter().filter_map(|deps| deps.as_array()).flatten() {
            // What only builds or tests has a kind.
            let kinds = dep["dep_kinds"].as_array();
            let is_linked = kinds.is_some_and(|kinds| kinds.iter().any(|k| k["kind"].is_null()));
            if let Some(id) = dep["pkg"].as_str().filter(|id| is_linked && !linked.contains(id)) {
                linked.push(id);
            }
        }
    }
    let mut lines: Vec<String> = linked
        .iter()
        .filter_map(|id| about.get(id))
        // Our own packages come from no registry.
        .filter(|about| !about["source"].is_null())
        .map(|about| {
            let field = |name: &str| about[name].as_str().unwrap_or("not stated").to_owned();
            ["name", "version", "license", "repository"].map(field).join("\t") + "\n"
        })
        .collect();
    lines.sort_unstable();
    Ok(lines.concat())
}

/// Checks every package that is built for this platform.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<()> {
    let metadata = metadata(workspace)?;
    let packages = metadata["packages"].as_array().context("cargo lists no packages")?;
    let refused: Vec<String> = packages
        .iter()
        .filter_map(|package| {
            let licence = package["license"].as_str().unwrap_or("none stated");
            (!is_allowed(licence))
                .then(|| format!("{} ({licence})", package["name"].as_str().unwrap_or("?")))
        })
        .collect();
    if !refused.is_empty() {
        bail!("these packages have licences that are not on the list: {}", refused.join(", "));
    }
    say_count(packages.len());
    Ok(())
}

fn say_count(n: usize) {
    crate::say(&format!("licences of {n} packages are on the list"));
}

fn host() -> anyhow::Result<String> {
    crate::workspace::output("rustc", &["-vV"])
        .and_then(|said| said.lines().find_map(|l| l.strip_prefix("host: ").map(str::to_owned)))
        .context("rustc does not say what it compiles for")
}

/// Whether an SPDX expression leaves a way to use the package under the list.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: &words };
    parser.either() && parser.words.is_empty()
}

struct Parser<'a> {
    words: &'a [&'a str],
}

impl Parser<'_> {
    fn take(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((first, rest)) if *first == word => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }

    fn either(&mut self) -> bool {
        let mut allowed = self.both();
        while self.take("OR") {
            allowed |= self.both();
        }
        allowed
    }

    fn both(&mut self) -> bool {
        let mut allowed = self.one();
        while self.take("AND") {
            allowed &= self.one();
        }
        allowed
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            return self.either() & self.take(")");
        }
        let Some((licence, rest)) = self.words.split_first() else { return false };
        self.words = rest;
        if self.take("WITH") {
            let Some((exception, rest)) = self.words.split_first() else { return false };
            self.words = rest;
            return ALLOWED.contains(&format!("{licence} WITH {exception}").as_str());
        }
        ALLOWED.contains(licence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_has_them() {
        for allowed in [
            "MIT",
            "MIT/Apache-2.0",
            "Apache-2.0 OR GPL-2.0-only",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
            "(MIT OR Apache-2.0) AND OFL-1.1 AND Ubuntu-font-1.0",
        ] {
            assert!(is_allowed(allowed), "{allowed}");
        }
        for refused in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "AGPL-3.0 OR LGPL-2.1",
            "GPL-2.0 WITH Classpath-exception-2.0",
            "(MIT OR Apache-2.0) AND GPL-2.0",
            "none stated",
            "",
            "(MIT",
        ] {
            assert!(!is_allowed(refused), "{refused}");
        }
    }

    #[test]
    fn every_dependency_may_be_used() {
        let workspace = Workspace::find().unwrap();
        check(&workspace).unwrap();
    }

    #[test]
    fn the_list_names_what_is_linked_and_nothing_else() {
        let listed = list(&Workspace::find().unwrap(), "library").unwrap();
        let has = |name: &str| listed.lines().any(|line| line.starts_with(&format!("{name}\t")));
        assert!(has("symphonia") && has("symphonia-core"), "{listed}");
        // Ours, a package of the window, one of the tests.
        assert!(!has("analysis") && !has("egui") && !has("tempfile"), "{listed}");
        assert!(listed.lines().all(|line| line.split('\t').count() == 4));
    }
}
