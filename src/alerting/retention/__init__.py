"""Retention: personal data of a finished alert is removed after the policy's days."""
