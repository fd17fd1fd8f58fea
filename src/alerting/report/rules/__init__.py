"""Pure rules of the report, without clock, SQL or network."""
