"""The live feed: each process tails the log of each watched alert and sends frames to boards."""
