"""The gauges of a drill: their plans, the service's news of them, and their part of the summary."""
