"""Rules of deliveries: pure functions without clock, SQL or network."""
