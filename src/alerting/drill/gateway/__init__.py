"""A Twilio-compatible provider in its own process, with simulated handsets behind it.

It speaks the provider's REST API, posts signed callbacks, and paces texts as a carrier does.
All time inside it is story time, which runs `speed` times as fast as the wall clock; dates in
answers and the patience of connections are real. Everything is kept in memory.
"""
