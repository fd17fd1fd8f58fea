"""What the clock triggers: household ladders, roll-calls, the watchdog, and the loop over them."""
