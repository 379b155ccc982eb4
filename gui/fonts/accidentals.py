#!/usr/bin/env python3
"""Puts a flat and a sharp of the panel's own into a subset of DejaVu Sans.

DejaVu's are hairlines even in Bold and vanish beside a bold letter at two metres.
usage: accidentals.py FONT STEM BAR     (stem and bar widths in units of 1/2048 em)
"""

import sys

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

path, stem, bar = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
font = TTFont(path)
cmap = font.getBestCmap()


def draw(char, advance, left, contours):
    pen = TTGlyphPen(None)
    for start, *segments in contours:
        pen.moveTo(start)
        for segment in segments:
            if len(segment) == 1:
                pen.lineTo(segment[0])
            else:
                pen.qCurveTo(*segment)
        pen.closePath()
    name = cmap[ord(char)]
    font["glyf"][name] = pen.glyph()
    font["hmtx"][name] = (advance, left)


x, right = 90, 800
inner = right - stem
flat = [
    # Stem and the outside of the bowl, clockwise.
    [(x, -150), [(x, 1490)], [(x + stem, 1490)], [(x + stem, 850)],
     [(x + stem + 120, 980), (x + stem + 270, 980)], [(right, 980), (right, 690)],
     [(right, 400), (x + 300, 30)]],
    # The inside of the bowl, counter-clockwise.
    [(x + stem, 190), [(inner, 480), (inner, 680)], [(inner, 980 - bar), (x + stem + 215, 980 - bar)],
     [(x + stem + 90, 980 - bar), (x + stem, 980 - bar - 170)]],
]
draw("♭", 850, x, flat)


# Four bars cross in a sharp: as thick as a flat's stem they would clot.
stem, bar = stem * 4 // 5, bar * 4 // 5


def slanted(y):
    return [(70, y), [(70, y + bar)], [(900, y + bar + 150)], [(900, y + 150)]]


def upright(left, low):
    return [(left, low), [(left, low + 1420)], [(left + stem, low + 1420)], [(left + stem, low)]]


draw("♯", 970, 70, [upright(250, -90), upright(720 - stem, 10), slanted(280), slanted(790)])
font.save(path)
