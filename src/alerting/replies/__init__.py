"""Replies: incoming texts are read, become evidence, are answered, or wait for an officer."""
