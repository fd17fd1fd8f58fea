"""A simulated city that a drill alerts: people, their handsets, and the provider between."""
