"""Ways to reach people: each takes one message and says what came of it."""
