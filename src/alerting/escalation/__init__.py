"""What the clock triggers: follow-up of silence, officer calls passed on, roll-calls, watchdog."""
