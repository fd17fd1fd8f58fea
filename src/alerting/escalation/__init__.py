"""What time brings by itself: silence followed up, clocks passed on, roll-calls, the watchdog."""
