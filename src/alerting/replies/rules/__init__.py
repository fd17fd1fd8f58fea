"""Pure rules: what a reply means, how sure that is, and its household and alert."""
