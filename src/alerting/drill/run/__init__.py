"""A drill's run: its environment, script, output and summary."""
