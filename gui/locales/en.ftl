# The texts of the panel in English. Project Fluent syntax: https://projectfluent.org
# Messages are separated by an empty line; zh-Hans.ftl has the same ids with the same blanks.

percent = { $n } %

bpm = BPM

# Titles of the zones.
zone-key = Key

zone-tempo = Tempo

zone-chord = Chord

zone-strip-bars = Last 8 bars

zone-strip = Last 16 seconds

zone-next = Often next

zone-references = Nearest references

zone-scenes = Scenes it would suit

zone-sound = Loudness in LUFS, and balance

zone-notes = Notes sounding

# Where there is no value.
waiting = Waiting for sound

nothing = –

silent = Silence

listening = Listening …

no-clear-key = No clear key

no-clear-tempo = No clear pulse

no-chord = No chord

# How sure a value is.
sure = Sure

fairly-sure = Fairly sure

unsure = Unsure

guess = A guess

sureness = { $word }, { $percent }

# The key.
key = { $tonic } { $mode }

mode-major = major

mode-minor = minor

key-or = or { $key }

relation-relative = same notes

relation-parallel = same tonic

relation-fifth = a fifth away

a4 = A4 = { $hz } Hz

key-since = since { $time }, before: { $key }

# What speaks for the key: a note that sounds, and the one that the next likely key would have instead.
key-note-not = { $note }, not { $other }

key-note = { $note } sounds

# The bass rests on this note.
key-bass = bass on { $note }

# What colours major or minor.
colour-dorian = Dorian

colour-phrygian = Phrygian

colour-lydian = Lydian

colour-mixolydian = Mixolydian

colour-harmonic-minor = Harmonic minor

colour-pentatonic = Pentatonic

colour-blues = Blues

# The tempo.
tempo-steady = Steady

tempo-drifting = Drifting

tempo-state = { $steadiness } · { $sureness }

tempo-other = Read the tempo as { $bpm } BPM, for which { $percent } of the evidence speaks. Key { $shortcut }

meter = { $beats } beats

# The tempo tapped: how exact it is, after how many taps.
tapped = Tapped { $bpm } ± { $error } ({ $n } taps)

tap-help = Tap the tempo: T, a click on the number, or in a DAW the MIDI note chosen as Tap Note

host-alone = Host { $bpm } BPM

host-same = Host { $bpm } BPM: you play in time

host-faster = Host { $bpm } BPM: you play { $percent } % faster, each beat { $ms } ms early

host-slower = Host { $bpm } BPM: you play { $percent } % slower, each beat { $ms } ms late

host-rushing = { $words }, speeding up

host-dragging = { $words }, slowing down

next-none-yet = Shown once key and chord are clear

# Loudness.
loud-now = Now

loud-short = Last 3 s

loud-whole = Whole

loud-range = Range LU

loud-peak = Peak dBTP

# References.
references-closed = Open a library of your own references to see what this is close to (press L).

references-error = The library could not be opened (press L).

references-none-yet = Compared after a few seconds of music.

library-loading = Reading the library …

reference-unknown = Unnamed reference

provisional = provisional

aspect-tempo = Tempo

aspect-rhythm = Rhythm

aspect-key = Key

aspect-timbre = Timbre

aspect-balance = Balance

aspect-dynamics = Dynamics

aspect-feel = Feel

# Scenes.
scenes-none-yet = Compared after a few seconds of music.

scene-unknown = Unnamed scene

scene-agrees = { $cues } fit

scene-differs = { $cues } off

list-comma = ,{" "}

source-published = published

source-measured = measured

source-convention = convention

source-editorial = editorial

cue-tempo = tempo

cue-mode = mode

cue-brightness = brightness

cue-density = density

cue-range = dynamics

cue-bass = bass

cue-roughness = roughness

per-second = { $n } a second

# The target, and how far it is to there.
zone-target = Towards

pin-help = Write towards this (click or Enter; P steps through what is shown)

unpin = Let go

unpin-help = Stop writing towards it (Esc)

target-none-yet = The comparison appears after 10 seconds of music.

target-missing = This reference is not in the library that is open. Open the one it is in (L), or let go (Esc).

target-no-library = No library is open. Open the one it is in (L), or let go (Esc).

target-missing-scene = There is no such scene here. Open the library it belongs to (L), or let go (Esc).

target-reached = As close as can be heard

target-unheard = Not heard yet: { $aspects }

gap-tempo = Tempo

gap-key = Key

gap-brightness = Brightness

gap-balance = Balance

gap-bass = Bass

gap-roughness = Roughness

gap-onsets = Onsets

gap-range = Dynamics

gap-crest = Peaks

gap-unheard = not heard yet

gap-fits = fits

gap-from-to = { $here } → { $there }

per-second-short = { $n }/s

gap-tempo-same = fits

gap-tempo-half = fits, at half

gap-tempo-double = fits, at double

gap-tempo-faster = { $percent } % faster, to { $bpm }

gap-tempo-slower = { $percent } % slower, to { $bpm }

gap-bpm-half = { $bpm } (half of { $base })

gap-bpm-double = { $bpm } (twice { $base })

gap-key-same = fits

gap-key-mode = towards { $mode }

gap-key-relative = same notes, { $mode }

gap-key-up = { $n ->
        [one] 1 fifth up
       *[other] { $n } fifths up
    }

gap-key-down = { $n ->
        [one] 1 fifth down
       *[other] { $n } fifths down
    }

gap-key-opposite = { $n } fifths, opposite on the circle

gap-key-fifths-and-mode = { $fifths }, { $mode }

gap-brighter = brighter

gap-darker = darker

gap-more-bass = more bass

gap-less-bass = less bass

gap-rougher = rougher

gap-smoother = smoother

gap-more-onsets = more notes

gap-fewer-onsets = fewer notes

gap-more-range = more contrast

gap-less-range = more even

gap-sharper-peaks = sharper peaks

gap-softer-peaks = softer peaks

gap-balance-within = Within its variation

gap-region-too-much = { $region } { $db } dB too much

gap-region-too-little = { $region } { $db } dB too little

gap-region-less = { $db } dB less { $region }

gap-region-more = { $db } dB more { $region }

region-sub = sub

region-bass = bass

region-low-mids = low mids

region-mids = mids

region-high-mids = high mids

region-highs = highs

# The suggestion that closes the largest gap, and why.
close-gap = { $move } · towards { $target }

why-tempo = Heard at { $here } BPM, the target at { $there }: { $ratio } times its tempo.

why-tempo-half = Heard at { $here } BPM; half of the target's { $base } is { $there }: { $ratio } times that.

why-tempo-double = Heard at { $here } BPM; twice the target's { $base } is { $there }: { $ratio } times that.

why-key = Heard in { $here }; the target is in { $there }.

why-mode = Heard in { $here }; the scene is rather { $mode }.

why-figure = { $aspect }: { $here } heard, { $there } at the target.

why-balance = At equal loudness, this lies outside the target's own variation: { $regions }.

# The suggestion.
suggestion-none-yet = A suggestion comes once key and chord are clear.

try-chord = Try { $chord } next

try-chord-why = { $context }, { $chord } followed in { $percent } of { $cases } cases, { $repertoire }.

after-chord = After { $after }

after-chords = After the last { $n } chords, up to { $after }

corpus-billboard = in { $songs } US songs, 1958–1991

corpus-pop909 = in { $songs } Chinese pop songs

move-tempo-up = Faster, for { $scene }

move-tempo-down = Slower, for { $scene }

move-mode-up = Towards major, for { $scene }

move-mode-down = Towards minor, for { $scene }

move-brightness-up = Brighter, for { $scene }

move-brightness-down = Darker, for { $scene }

move-density-up = More notes, for { $scene }

move-density-down = Fewer notes, for { $scene }

move-range-up = More contrast, for { $scene }

move-range-down = More even, for { $scene }

move-bass-up = More bass, for { $scene }

move-bass-down = Less bass, for { $scene }

move-roughness-up = Rougher, for { $scene }

move-roughness-down = Smoother, for { $scene }

move-why = Here { $cue } is { $here }; the scene's range is reached at { $there }.

# The status line.
status-waiting = Waiting for sound

status-silent = The input is silent

status-heard = Listening, { $time } heard

status-held = Held: what is shown stays until you release it (H)

status-stopped = The host has stopped the plug-in

worker-failed = The analysis stopped; what is shown is from before. Reset (R) starts it again.

unusable-rate = This sample rate cannot be analysed: choose one between 8 and 192 kHz

lost-audio = { $ms } ms of audio lost, { $gaps ->
        [one] 1 gap
       *[other] { $gaps } gaps
    }

lost-samples = { $samples } samples of audio lost, { $gaps ->
        [one] 1 gap
       *[other] { $gaps } gaps
    }

# What the program around the panel says.
notice-no-input = No sound input: connect one and choose it under Settings (S), or play the demo song (D)

notice-no-output = No sound output: listening goes on, but nothing is played back

notice-device-failed = The sound device failed: choose another under Settings (S)

notice-file-failed = This file cannot be played

notice-file-playing = Playing

notice-file-ended = Played to the end

notice-demo-playing = Playing the demo song

notice-panel-failed = Drawing failed once and has recovered

notice-level-not-kept = The tempo you chose holds for this session only

notice-state-newer = This project was saved by a newer Jamboree; what this version does not know is left out.

notice-state-damaged = Some settings saved with this project could not be read; they are back at their defaults.

notice-detail = { $words }: { $detail }

# What stands in place of a panel that cannot be drawn.
failure = Jamboree could not draw its panel

failure-why = Sound passes and listening goes on. The message is in the host's log.

failure-again = Show it again

# Buttons and what they do.
hold = Hold

release = Release

hold-help = Keeps what is shown, while listening goes on (H)

reset = Reset

reset-help = Forgets what was heard and starts over (R)

demo-play = Play the demo song

demo-stop = Stop the demo song

demo-help = The built-in demo song, to hear and see what Jamboree does (D)

settings = Settings

settings-help = Tuning, tempo range, references, devices, language, notation (S)

a4-chip-auto = A4 auto

a4-chip-help = The players' tuning (S)

range-help = The range in which tempos are looked for (S)

library-chip-open = { $n ->
        [one] 1 reference
       *[other] { $n } references
    }

library-chip-closed = No references

library-help = The library of references (L)

language-help = 切换到中文 (G)

close = Close

close-help = Back to the panel (Esc)

section-tuning = Tuning

tuning-auto = Estimate

tuning-field = A4 in hertz

section-range = Tempo range in BPM

range-any = Any

range-slow = Slow

range-middle = Medium

range-fast = Fast

range-numbers = { $min }–{ $max }

section-library = References

library-field = Folder of the library

library-hint = Made with: cargo xtask index FOLDER --library LIBRARY

library-with-style = The model that hears style is in use.

library-without-style = Compared without the model that hears style; it comes with: cargo xtask setup --for style

library-open = Open

library-close = Close the library

library-is-open = { $n ->
        [one] 1 track
       *[other] { $n } tracks
    } from { $path }

library-is-closed = No library is open.

section-find = Write towards a reference

find = Find …

find-help = Finds any reference of the library by its name (F)

find-field = Name of a reference

find-hint = Type a part of its title or file name. The arrow keys choose, Enter pins, Esc ends.

find-closed = Open a library to find references by name.

find-searching = Searching …

find-none = No reference has that name.

find-more = These are the first { $n }. Type more of the name.

find-failed = The library could not be searched: { $reason }

section-target = Write towards a scene

section-devices = Sound devices

device-input = Input

device-output = Output

device-none = None

section-language = Language

section-notation = Names of notes and keys

notation-english = English (B♭, B)

notation-german = German (B, H)

notation-solfege = Do Re Mi

notation-numbered = Numbered (1=C)

section-key-code = Code for mixing

key-code-camelot = Camelot (8B)

key-code-open-key = Open Key (1d)
