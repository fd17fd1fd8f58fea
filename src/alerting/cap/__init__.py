"""The Common Alerting Protocol (CAP 1.2): alerts, their changes and states, and CAP documents."""
