"""SMS over HTTP by gateways that the policy describes."""
