"""The service that is drilled: its client, its hosting and its processes."""
