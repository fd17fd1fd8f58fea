"""Metrics exist under the names that dashboards use."""

from prometheus_client import REGISTRY

from alerting import metrics

NAMES = {
    "alerting_texts_received": metrics.TEXTS_RECEIVED,
    "alerting_attempts": metrics.ATTEMPTS,
    "alerting_receipts": metrics.RECEIPTS,
    "alerting_ledger_batch_units": metrics.BATCH,
    "alerting_ledger_commit_seconds": metrics.COMMIT_SECONDS,
    "alerting_feed_sockets": metrics.SOCKETS,
    "alerting_clock_held": metrics.CLOCK_HELD,
    "alerting_escalated_until_seconds": metrics.ESCALATED_UNTIL,
}


def test_metrics_have_documented_names_kinds_and_units() -> None:
    families = {family.name: family for family in REGISTRY.collect()}
    for name in NAMES:
        assert families[name].documentation
    assert families["alerting_attempts"].type == "counter"
    assert families["alerting_ledger_commit_seconds"].type == "histogram"
    assert families["alerting_feed_sockets"].type == "gauge"


def test_batch_buckets_cover_every_size() -> None:
    bounds = metrics.BATCH._upper_bounds
    assert bounds == sorted(bounds)
    assert bounds[-2] == 512
