"""Who lives where, and who answers for whom. Knows nothing of alerts."""
