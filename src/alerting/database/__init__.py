"""Database access: engines, bulk statements, leases, and the tables that every slice shares."""
