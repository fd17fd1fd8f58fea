"""The simulated officers and gauges of a drill."""
