"""From material to weights: renders clips with exact truth, trains the networks, writes their weights."""
