"""Reads the service's metrics."""

from prometheus_client import REGISTRY, CollectorRegistry


def unlisted_receipts(registry: CollectorRegistry = REGISTRY) -> dict[str, float]:
    """Return the number of receipts with an unknown state so far, by state."""
    families = (each for each in registry.collect() if each.name == "alerting_unlisted_receipts")
    samples = (sample for family in families for sample in family.samples)
    return {each.labels["state"]: each.value for each in samples if each.name.endswith("_total")}
