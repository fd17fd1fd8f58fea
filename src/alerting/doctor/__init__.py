"""The doctor: it checks an installation, and names a remedy for each fault that it finds."""
