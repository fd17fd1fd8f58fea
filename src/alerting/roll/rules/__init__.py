"""Pure rules: they know no clock, no SQL and no network. Facts come in, decisions go out."""
