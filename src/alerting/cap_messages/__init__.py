"""CAP messages: what other systems are told of an alert, frozen as documents."""
