"""The service under drill: its client, its hosting, its processes."""
