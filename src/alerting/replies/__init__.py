"""Replies: texts that come in, from reading them to evidence, answers and the officers' queue."""
