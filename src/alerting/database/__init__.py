"""The ledger in a database: the only SQL outside `contacts`."""
