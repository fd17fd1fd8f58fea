"""What a command board draws over HTTP: curve, divisions, map and log."""
