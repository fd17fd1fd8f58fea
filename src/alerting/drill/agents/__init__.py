"""The simulated officers of a drill: commander, door officers, shelter."""
