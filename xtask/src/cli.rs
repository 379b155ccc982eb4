//! The command line: every command of the contract and what it takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::index::Level;

/// Jamboree's commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Install what building, running and testing need and is missing
    Setup(SetupArgs),
    /// Listen to the built-in demo song and write a report
    Demo(DemoArgs),
    /// Set up, then run every test there is
    Test,
    /// Everything continuous integration checks: format, lints, tests, docs, licences
    Ci,
    /// Build the plugin as CLAP and VST3 into target/bundled
    Bundle(BundleArgs),
    /// Build the plugin and copy it to your plugin folders
    Install,
    /// Build and start the standalone
    Jam(JamArgs),
    /// Analyse files and folders: one line of JSON or CSV a file
    Analyze(AnalyzeArgs),
    /// Analyse folders and add them to a reference library
    Index(IndexArgs),
    /// Find the references and scenes closest to a file
    Match(MatchArgs),
    /// Scenes of your own
    #[command(subcommand)]
    Scene(SceneCommand),
    /// Score the analysis against a truth file
    Eval(EvalArgs),
    /// Measure on labelled recordings whether what sounds alike is found
    EvalMatch(EvalMatchArgs),
    /// Write what the learned models read of each file, to train them on
    Features(FeaturesArgs),
    /// Measure what the audio thread, the worker and the batch analysis cost
    Bench(BenchArgs),
    /// Take the pictures of the panel that the README shows
    Screenshots,
}

#[derive(Debug, Args)]
pub(crate) struct SetupArgs {
    /// How much to prepare for
    #[arg(long = "for", value_enum, value_name = "PURPOSE", default_value = "test")]
    pub(crate) purpose: Purpose,
}

/// What a machine is prepared for; from `build` on, each includes the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Purpose {
    /// Hearing style: fetches a trained model, once; everything else works without
    Style,
    /// Building the plugin and the standalone
    Build,
    /// Opening the standalone's window
    Window,
    /// Running the host and window tests
    Test,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Seconds of the song to listen to (the whole song where left out)
    #[arg(long, value_name = "N", value_parser = positive_seconds)]
    pub(crate) seconds: Option<f64>,
    /// Print what is heard instead of opening the panel
    #[arg(long)]
    pub(crate) headless: bool,
    /// Folder for report.json and report.html
    #[arg(long, value_name = "DIR", default_value = "target/demo")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct BundleArgs {
    /// Optimise as for users (slower to build)
    #[arg(long)]
    pub(crate) release: bool,
}

#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct JamArgs {
    /// Passed on to the standalone; try `cargo xtask jam --help`
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AnalyzeArgs {
    /// Files and folders (folders are searched to any depth)
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Send each file through the live path of the plugin and add its timeline
    #[arg(long)]
    pub(crate) live: bool,
    /// Write the lines to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "jsonl")]
    pub(crate) format: Format,
    /// Files analysed at the same time (all cores where left out)
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<usize>,
    /// Also add what was analysed to this reference library
    #[arg(long, value_name = "DIR", conflicts_with = "live")]
    pub(crate) library: Option<PathBuf>,
}

/// How lines are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// One JSON object a line
    Jsonl,
    /// One table with a header, without beats, chords and timelines; a text that a spreadsheet would
    /// take for a formula (= + - @) has an apostrophe in front
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct FeaturesArgs {
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Folder for the features, three files for each file
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Files read at the same time (all cores where left out)
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct IndexArgs {
    /// Folders with audio files; none are needed where only a table, a summary or a level is wanted
    #[arg(required_unless_present_any = ["export", "summary", "level"], value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,
    /// The reference library, made where it is not there yet
    #[arg(long, value_name = "LIB")]
    pub(crate) library: PathBuf,
    /// Count the tempo of a file at this level of the one heard, from now on: 1/3, 1/2, 2/3, 3/4,
    /// 4/3, 3/2, 2 or 3, or 1 for the one heard; may be given several times
    #[arg(long, value_name = "FILE=LEVEL", value_parser = Level::parse)]
    pub(crate) level: Vec<Level>,
    /// Write everything the library knows as a table, one row a track
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) export: Option<TableFormat>,
    /// Write the table to a file (a CSV goes to standard output where left out)
    #[arg(long, value_name = "FILE", requires = "export", required_if_eq("export", "parquet"))]
    pub(crate) out: Option<PathBuf>,
    /// Write a page about the library that any browser shows
    #[arg(long, value_name = "FILE.html")]
    pub(crate) summary: Option<PathBuf>,
    /// Files analysed at the same time (all cores where left out)
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<usize>,
}

/// Tables that other programs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// Apache Parquet, with vectors as fixed-size lists
    Parquet,
    /// Comma-separated text, with vectors as numbers between spaces; a text that a spreadsheet would
    /// take for a formula (= + - @) has an apostrophe in front
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct MatchArgs {
    /// The file to find neighbours of
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The reference library
    #[arg(long, value_name = "LIB")]
    pub(crate) library: PathBuf,
    /// How many references to print
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = top)]
    pub(crate) top: usize,
    /// How much each aspect counts, as in tempo=1,timbre=0; 1 where left out
    #[arg(long, value_name = "ASPECT=WEIGHT,...", value_parser = crate::matching::parse_weights)]
    pub(crate) weights: Option<advice::Weights>,
    #[command(flatten)]
    pub(crate) among: crate::matching::among::Among,
    /// A folder of scene profiles to fit as well
    #[arg(long, value_name = "DIR")]
    pub(crate) scenes: Option<PathBuf>,
    /// A scene, or the title or file name of a reference, to tell the gap to, aspect by aspect
    #[arg(long, value_name = "NAME")]
    pub(crate) target: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SceneCommand {
    /// Derive a scene profile from a folder of pieces that belong to the scene
    Learn(SceneLearnArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SceneLearnArgs {
    /// Folders with pieces of the scene, five or more altogether
    #[arg(required = true, value_name = "DIR")]
    pub(crate) dirs: Vec<PathBuf>,
    /// Name of the scene, as in "rainy walk"
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// Its name in Simplified Chinese
    #[arg(long, value_name = "NAME")]
    pub(crate) name_zh: Option<String>,
    /// Write the profile to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Write the profile into the folder scenes of this library, where it is found by itself
    #[arg(long, value_name = "LIB", conflicts_with = "out")]
    pub(crate) library: Option<PathBuf>,
    /// Files analysed at the same time (all cores where left out)
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// CSV with the columns file, key, bpm, beats_file, chords_file; paths relative to it
    #[arg(value_name = "TRUTH.csv", required_unless_present = "tempo_changes")]
    pub(crate) truth: Option<PathBuf>,
    /// Play grooves whose tempo changes to the live path, and tell how it follows
    #[arg(long, conflicts_with_all = ["truth", "set", "live", "lines", "without_learned"])]
    pub(crate) tempo_changes: bool,
    /// Score the live path
    #[arg(long)]
    pub(crate) live: bool,
    /// Score what is heard without the trained networks
    #[arg(long, conflicts_with = "lines")]
    pub(crate) without_learned: bool,
    /// Only rows whose column `set` is one of these, as in real,mma
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(crate) set: Vec<String>,
    /// Score lines written before by `analyze --out` instead of analysing now
    #[arg(long, value_name = "FILE", conflicts_with = "live")]
    pub(crate) lines: Option<PathBuf>,
    /// Files analysed at the same time (all cores where left out)
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<usize>,
    /// How many of the worst clips to name by each figure
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) worst: usize,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EvalMatchArgs {
    /// CSVs with the columns file and group (or soundtrack, album, genre, style), paths relative to
    /// it; or folders of folders, each of them a group
    #[arg(required = true, value_name = "CSV|DIR")]
    pub(crate) data: Vec<PathBuf>,
    /// The column that names the group
    #[arg(long, value_name = "COLUMN")]
    pub(crate) group: Option<String>,
    /// Only rows whose column `set` is NAME, where there is such a column
    #[arg(long, value_name = "NAME")]
    pub(crate) set: Option<String>,
    /// Ask with the files of the same paths (or, where there are none, of the same names) in DIR,
    /// louder, recoded or otherwise altered; what is looked for stays as it is
    #[arg(long, value_name = "DIR")]
    pub(crate) queries: Option<PathBuf>,
    /// Also ask with the first N seconds, sent through the path of the plugin
    #[arg(long, value_name = "N", value_parser = positive_seconds)]
    pub(crate) live_seconds: Option<f64>,
    /// Leave out the figures with the model that hears style, where it is installed: four times as fast
    #[arg(long)]
    pub(crate) without_style: bool,
    /// Files analysed at the same time (all cores where left out)
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub(crate) jobs: Option<usize>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// Measure the search of a library of N made-up references instead (a million takes some
    /// minutes and 2 GB of temporary disk)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=4_000_000), conflicts_with = "files")]
    pub(crate) references: Option<u64>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    /// Measure instead what analysing these files and folders costs
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
    /// Measure instead what analysing a recording of N hours costs, made up of the demo song
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=48), conflicts_with_all = ["files", "references"])]
    pub(crate) hours: Option<u8>,
    /// With the model that hears style, as `index` analyses
    #[arg(long, requires = "files")]
    pub(crate) style: bool,
}

fn jobs(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|n| (1..=1024).contains(n))
        .ok_or_else(|| "expected a whole number from 1 to 1024".into())
}

fn top(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|n| (1..=1_000_000).contains(n))
        .ok_or_else(|| "expected a whole number from 1 to 1000000".into())
}

fn positive_seconds(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|s: &f64| s.is_finite() && *s > 0.0 && *s <= 86_400.0)
        .ok_or_else(|| "expected a number of seconds greater than 0".into())
}
