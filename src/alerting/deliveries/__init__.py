"""Deliveries: the outbox of messages, the dispatchers that send them, attempts and receipts."""
