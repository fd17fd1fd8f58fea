"""When nobody will be unaccounted any more: a range, from answers, doors and officers."""
