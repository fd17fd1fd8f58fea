"""The drill finds its own speed: how far the service lags behind, and what follows from it."""
