"""SMS through an operator's SMS centre, over SMPP 3.4."""
