"""Pure rules for incoming CAP messages: reading, judging, and mapping to alerts."""
