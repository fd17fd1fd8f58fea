"""A Twilio-compatible provider in its own process, with simulated handsets behind it.

It serves the provider's REST API, posts signed callbacks, and limits the rate of texts as a carrier
does. Its time is story time, which runs `speed` times as fast as the wall clock; dates in answers
and connection timeouts are in real time. All state is in memory.
"""
