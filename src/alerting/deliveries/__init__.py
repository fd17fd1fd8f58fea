"""Deliveries: the outbox, its dispatchers, their attempts and the providers' receipts."""
