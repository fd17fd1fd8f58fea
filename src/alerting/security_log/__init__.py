"""The security log: who signed in, what was refused, what was taken out or changed."""
