"""Dark villages: found by their receipts or named by an officer, and sent door tasks."""
