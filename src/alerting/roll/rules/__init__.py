"""Pure rules of the roll: functions from facts to decisions, without clock, SQL or network."""
