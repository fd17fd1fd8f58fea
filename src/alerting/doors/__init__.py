"""Door tasks: each sends an officer to the door of a household that texts do not reach."""
