"""SMS and voice calls through Twilio, or a service with the same API."""
