#!/bin/sh
# Makes the panel's fonts from the Debian packages fonts-noto-cjk and fonts-dejavu-core.
#
#   PYTHON=python3 gui/fonts/make.sh [PYFTSUBSET]
#
# needs fonttools (pip install fonttools) in that Python. Run it again after adding a text that uses a new Chinese
# character: the bold font holds only what the texts use. A test says when that is needed.
#
#   panel-regular.otf  Noto Sans CJK SC Regular: Latin, Greek, Cyrillic, kana, punctuation and all of
#                      GB 2312, so that file names and titles of users show, not only our own texts
#   panel-bold.otf     Noto Sans CJK SC Bold: Latin and the characters of locales/*.ftl
#   symbols*.ttf       DejaVu Sans: accidentals, fractions and punctuation, which are as wide as a
#                      Chinese character in Noto Sans CJK and would tear "B♭ minor" apart
set -eu
cd "$(dirname "$0")"
subset=${1:-pyftsubset}
noto=/usr/share/fonts/opentype/noto
dejavu=/usr/share/fonts/truetype/dejavu
sc=2 # index of "Noto Sans CJK SC" in the collections

texts=$(mktemp)
wide=$(mktemp)
trap 'rm -f "$texts" "$wide"' EXIT
cat ../locales/*.ftl ../../advice/data/scenes/* > "$texts"
"${PYTHON:-python3}" - > "$wide" << 'PY'
# GB 2312 is all two-byte codes A1A1 to FEFE of the gb2312 codec.
import sys
out = []
for high in range(0xA1, 0xFF):
    for low in range(0xA1, 0xFF):
        try:
            out.append(bytes((high, low)).decode("gb2312"))
        except UnicodeDecodeError:
            pass
sys.stdout.write("".join(out))
PY

latin=U+0020-007E,U+00A0-017F,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2212,U+20AC
signs=U+266D-266F,U+2153-215E,U+00BC-00BE,U+00B7,U+00D7,U+2026,U+2190-2193,U+2194,U+2195
options="--no-hinting --layout-features= --notdef-outline --name-IDs=0,1,2,3,4,5,6,13,14 --drop-tables+=DSIG,BASE,VORG,vhea,vmtx"

"$subset" "$noto/NotoSansCJK-Regular.ttc" --font-number=$sc --text-file="$wide" \
  --unicodes="$latin,U+0370-03FF,U+0400-045F,U+3000-30FF,U+FF01-FF5E" --output-file=panel-regular.otf $options
"$subset" "$noto/NotoSansCJK-Bold.ttc" --font-number=$sc --text-file="$texts" \
  --unicodes="$latin" --output-file=panel-bold.otf $options
"$subset" "$dejavu/DejaVuSans.ttf" --unicodes="$signs" --output-file=symbols.ttf $options
"$subset" "$dejavu/DejaVuSans-Bold.ttf" --unicodes="$signs" --output-file=symbols-bold.ttf $options
"${PYTHON:-python3}" accidentals.py symbols.ttf 140 140
"${PYTHON:-python3}" accidentals.py symbols-bold.ttf 215 190
ls -l *.otf *.ttf
