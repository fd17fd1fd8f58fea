"""What goes wrong at the provider in a drill with faults: some of everything, and a dead minute."""

from typing import Any, Final

MISHAPS: Final[list[dict[str, Any]]] = [
    {"kind": "dead", "from": 300, "to": 360},
    {"kind": "http_429", "probability": 0.02},
    {"kind": "http_503", "probability": 0.02},
    {"kind": "accept_then_hang_up", "probability": 0.02},
    {"kind": "delay", "probability": 0.02, "seconds": 0.5},
    {"kind": "expired", "probability": 0.005},
    {"kind": "undelivered", "probability": 0.01, "code": 30003},
    {"kind": "undelivered", "probability": 0.003, "code": 30006},
    {"kind": "lost_callback", "probability": 0.03},
    {"kind": "repeated_callback", "probability": 0.03},
    {"kind": "reordered_callback", "probability": 0.03, "seconds": 0.5},
]
"""Rules of the gateway; times are story seconds after they are set, as the informant writes."""
