"""Database access: engines, bulk statements, leases, and tables without a slice of their own."""
