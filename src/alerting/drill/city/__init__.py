"""The simulated city: roster, household behaviour, handsets."""
