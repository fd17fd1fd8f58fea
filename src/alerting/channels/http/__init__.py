"""SMS over HTTP gateways, whose formats the policy describes."""
