"""Retention: what is personal of a finished alert is taken out when the policy's days are over."""
