//! What the model that hears style says of half a minute of each file in the folders given, as lines
//! of JSON: what `training/style.py` measures the axes of styles on.

use std::path::PathBuf;

use analysis::EmbeddingStream;
use library::{AudioFile, audio_files, style_model};
use serde_json::json;

const SECONDS: u64 = 30;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = style_model()?.ok_or("run `cargo xtask setup --for style` first")?;
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    for path in audio_files(&folders) {
        let Ok(mut file) = AudioFile::open(&path) else { continue };
        let rate = file.sample_rate();
        let mut stream = EmbeddingStream::of_file(model.clone(), rate)?;
        let mut n_left = SECONDS * u64::from(rate);
        while let Ok(Some(block)) = file.next_block()
            && n_left > 0
        {
            let both = block.left.iter().zip(block.right);
            let mono: Vec<f32> = both.map(|(left, right)| 0.5 * (left + right)).collect();
            n_left = n_left.saturating_sub(mono.len() as u64);
            stream.push(&mono);
        }
        stream.finish();
        let embedding = stream.embedding().map(|embedding| embedding.to_vec());
        println!("{}", json!({"file": path, "embedding": embedding}));
    }
    Ok(())
}
