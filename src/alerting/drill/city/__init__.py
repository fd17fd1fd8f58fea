"""The simulated city: its roster, the behaviour of its people, and their handsets."""
