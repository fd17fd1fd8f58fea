"""A drill: it alerts a simulated city with its people, their handsets and a provider of texts."""
