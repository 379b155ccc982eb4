#!/usr/bin/env python3
"""Makes the fixtures of this folder. Needs numpy and soundfile."""
import os

import numpy as np
import soundfile as sf

RATE, SECONDS = 16000, 4
here = os.path.dirname(os.path.abspath(__file__))
t = np.arange(SECONDS * RATE) / RATE
fade = np.minimum(1, np.minimum(t, t[::-1]) / 0.02)
chord = fade * sum(0.2 * np.sin(2 * np.pi * f * t) for f in (220.0, 261.63, 329.63))
for extension, format, subtype in (("flac", "FLAC", "PCM_16"), ("mp3", "MP3", "MPEG_LAYER_III"), ("ogg", "OGG", "VORBIS")):
    with sf.SoundFile(os.path.join(here, f"chord.{extension}"), "w", RATE, 1, subtype, format=format) as file:
        if extension == "flac":
            file.title, file.artist = "Three notes", "Jamboree"
        file.write(chord)
