//! The demo song: score, synthesiser and truth, made by code from the first note to the last.
//!
//! [`demo`] writes the score; a [`Renderer`] plays it at any sample rate; [`Song::truth`] states
//! what an analysis should hear. Both read the same score, so the truth is exact by construction.
//!
//! The song lasts 80 s: intro, verse and chorus in D major, then the chorus, a break and the last
//! chorus a minor third higher in F major, 114 BPM in 4/4, one chord a bar, mostly sevenths.
//!
//! ```
//! let song = song::demo();
//! let mut renderer = song::Renderer::new(&song, 48_000);
//! let (mut left, mut right) = ([0.0; 512], [0.0; 512]);
//! assert_eq!(renderer.render(&mut left, &mut right), 512);
//! assert_eq!(song.truth().keys.len(), 2);
//! ```

mod arrangement;
mod mixer;
mod noise;
mod renderer;
mod score;
mod truth;
mod voices;

pub use renderer::Renderer;
pub use score::Song;
pub use truth::Truth;

/// The demo song.
pub fn demo() -> Song {
    arrangement::demo()
}
