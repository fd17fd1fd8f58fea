"""The gauges of a drill: their plans, the service's notes on them, and their summary."""
