"""A Twilio-compatible provider in a process of its own, with simulated handsets.

It serves Twilio's REST API, posts signed callbacks, and limits the rate of texts as a carrier does.
It runs in story time, but dates in answers and connection timeouts are in real time. All state is
in memory.
"""
