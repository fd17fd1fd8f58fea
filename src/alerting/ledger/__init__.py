"""The ledger: alerts, their append-only logs, and the single writer."""
