"""Help cases: a household's call for help, followed until an officer reports it resolved."""
