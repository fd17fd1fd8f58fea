"""Roll-calls: those already safe are asked again until the all-clear."""
