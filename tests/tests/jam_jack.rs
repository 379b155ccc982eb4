//! The standalone on a real sound system: two of them on JACK's dummy driver, one plays the demo
//! song, the other listens to it through its input device.

#![allow(dead_code, reason = "the tests of the standalone share their helpers")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails fails its test")]

#[path = "jam/binary.rs"]
mod binary;

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use binary::{Running, has_jack_files, has_program, jam};
use tests::bundles::missing;

/// A JACK server without a sound card.
struct Server {
    name: String,
    running: Running,
}

impl Server {
    fn start(name: &str) -> Self {
        Self::start_named(format!("jamboree-{name}-{}", std::process::id()))
    }

    fn start_named(name: String) -> Self {
        let mut command = Command::new("jackd");
        command.args(["--no-realtime", "-n", &name, "-d", "dummy"]);
        command.args(["-r", "48000", "-p", "256", "-C", "2", "-P", "2"]);
        let mut server = Self { name, running: Running::start(&mut command) };
        if !server.finds_port("system:playback_1") {
            server.running.wait_for(Duration::from_millis(200), |_| false);
            let said = [server.running.out.join("\n"), server.running.err.join("\n")].join("\n");
            panic!("the JACK server does not start:\n{said}");
        }
        server
    }

    /// Ends the way a server ends, while its clients still live: killed the hard way, or by the
    /// broken pipes of dead clients, it would stay in JACK's list of servers, which holds eight.
    fn stop(&mut self) {
        if !self.running.is_running() {
            return;
        }
        let id = self.running.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        self.running.wait(Duration::from_secs(5));
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("JACK_DEFAULT_SERVER", &self.name).env("JACK_NO_START_SERVER", "1");
        command
    }

    fn ports(&self) -> String {
        let output = self.command("jack_lsp").stderr(Stdio::null()).output();
        output
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default()
    }

    fn finds_port(&self, port: &str) -> bool {
        (0..200).any(|_| {
            let found = self.ports().lines().any(|line| line == port);
            if !found {
                thread::sleep(Duration::from_millis(100));
            }
            found
        })
    }

    fn wait_for_port(&self, port: &str) {
        if self.finds_port(port) {
            return;
        }
        panic!("{port} does not appear; there are:\n{}", self.ports());
    }

    fn connect(&self, from: &str, to: &str) {
        let status = self.command("jack_connect").args([from, to]).status().unwrap();
        assert!(status.success(), "{from} can't be connected to {to}");
    }

    fn jam(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(jam());
        Running::start(command.args(["--host", "jack", "--headless"]).args(arguments))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn can_run() -> bool {
    for program in ["jackd", "jack_lsp", "jack_connect"] {
        if !has_program(program) {
            missing(&format!("{program} is not installed; run `cargo xtask setup`"));
            return false;
        }
    }
    if !has_jack_files() {
        missing("the JACK development files are not installed; run `cargo xtask setup`");
        return false;
    }
    true
}

fn says(lines: &[String], what: &str, value: &str) -> bool {
    lines.iter().any(|line| line.contains(what) && line.contains(value))
}

#[test]
fn what_one_plays_the_other_hears_through_its_input_device() {
    if !can_run() {
        return;
    }
    let mut server = Server::start("song");
    let mut listener = server.jam(&[]);
    let input = format!("cpal_client_{}_in", listener.id());
    server.wait_for_port(&format!("{input}:in_1"));
    let mut player = server.jam(&["--demo"]);
    let output = format!("cpal_client_{}_out", player.id());
    server.wait_for_port(&format!("{output}:out_1"));
    server.connect(&format!("{output}:out_0"), &format!("{input}:in_0"));
    server.connect(&format!("{output}:out_1"), &format!("{input}:in_1"));

    let truth = song::demo().truth();
    let home = truth.keys[0].key.to_string();
    let tempo = format!("{:.0}.", truth.bpm.0);
    for running in [&mut listener, &mut player] {
        running.wait_for(Duration::from_secs(25), |running| {
            says(&running.out, "key", &home) && says(&running.out, "tempo", &tempo)
        });
    }
    server.stop();
    for (who, running) in [("the listener", &listener), ("the player", &player)] {
        let text = format!("{who} heard:\n{}\n{}", running.out.join("\n"), running.err.join("\n"));
        assert!(says(&running.out, "key", &home), "no {home}; {text}");
        assert!(says(&running.out, "tempo", &tempo), "no {tempo} BPM; {text}");
        assert!(says(&running.out, "chord", ""), "no chord; {text}");
    }
}

#[test]
fn a_sound_system_that_dies_is_said_and_found_again_when_it_is_back() {
    if !can_run() {
        return;
    }
    let mut server = Server::start("death");
    let mut player = server.jam(&["--demo"]);
    server.wait_for_port(&format!("cpal_client_{}_out:out_1", player.id()));
    let mut listener = server.jam(&[]);
    server.wait_for_port(&format!("cpal_client_{}_in:in_1", listener.id()));
    player.wait_for(Duration::from_secs(10), |player| says(&player.out, "chord", ""));

    server.stop();
    for running in [&mut player, &mut listener] {
        let said =
            running.wait_for(Duration::from_secs(10), |r| says(&r.err, "sound device failed", ""));
        assert!(said, "not a word:\n{}", running.err.join("\n"));
        assert!(running.is_running());
    }
    let n_before = player.out.len();
    let goes_on = player.wait_for(Duration::from_secs(15), |player| player.out.len() > n_before);
    assert!(goes_on, "nothing more is heard:\n{}", player.out.join("\n"));

    // Back again: both find their devices by themselves.
    let mut server = Server::start_named(server.name.clone());
    server.wait_for_port(&format!("cpal_client_{}_in:in_1", listener.id()));
    server.wait_for_port(&format!("cpal_client_{}_out:out_1", player.id()));
    server.stop();
}

#[test]
fn a_period_change_while_playing_is_survived() {
    if !can_run() {
        return;
    }
    let mut server = Server::start("period");
    let mut player = server.jam(&["--demo"]);
    server.wait_for_port(&format!("cpal_client_{}_out:out_1", player.id()));
    let goes_on = ["4096", "64"].map(|period| {
        let _ = server.command("jack_bufsize").arg(period).stdout(Stdio::null()).status();
        let n_before = player.out.len();
        player.wait_for(Duration::from_secs(15), |player| player.out.len() > n_before)
    });
    server.stop();
    assert_eq!(goes_on, [true; 2], "nothing more is heard:\n{}", player.err.join("\n"));
}
