"""Phone calls: what they say, the keys that people press, and calls to the alerting number."""
