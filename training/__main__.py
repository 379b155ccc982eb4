"""Command line: `python -m training render|tonal|beats ...`."""

import argparse
import importlib

COMMANDS = {
    "render": ("training.render", "make clips with exact truth"),
    "tonal": ("training.train_tonal", "train the key and chord network"),
    "beats": ("training.train_beats", "train a beat network"),
}


def main():
    parser = argparse.ArgumentParser(prog="training", description=__doc__)
    parser.add_argument("command", choices=COMMANDS, help="; ".join(f"{k}: {v[1]}" for k, v in COMMANDS.items()))
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="options of the command (`render --help`)")
    chosen = parser.parse_args()
    # only what is asked for is imported: rendering needs no torch, training no soundfonts
    module = importlib.import_module(COMMANDS[chosen.command][0])
    options = argparse.ArgumentParser(prog=f"training {chosen.command}", description=module.__doc__)
    module.add_arguments(options)
    module.main(options.parse_args(chosen.rest))


if __name__ == "__main__":
    main()
