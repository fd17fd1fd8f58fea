"""Roll-calls: until the all-clear, people who are safe are asked again and again."""
