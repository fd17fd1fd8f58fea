"""Approvals: areas and proposed alerts that wait for an officer's decision."""
