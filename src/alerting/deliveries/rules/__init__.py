"""Pure rules of deliveries: functions without clock, SQL or network."""
