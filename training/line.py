"""The chords of a clip by beat, and the octave of a pitch class."""

import bisect


class Line:
    """The chords of a clip, by beat."""

    def __init__(self, timeline):
        self.timeline = timeline
        self.starts = [span[0] for span in timeline]

    def at(self, beat):
        index = bisect.bisect_right(self.starts, beat + 1e-6) - 1
        if index < 0:
            return None
        span = self.timeline[index]
        return span if beat < span[1] - 1e-6 and span[2] is not None else None


def place(pitch_class, near, low, high):
    pitch = round((near - pitch_class) / 12) * 12 + pitch_class
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return int(pitch)
