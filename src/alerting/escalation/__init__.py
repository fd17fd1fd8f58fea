"""Actions by the clock: follow-up of silence, officer calls passed on, roll-calls, watchdog."""
