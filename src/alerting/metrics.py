"""Prometheus metrics for operators."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from contacts.encryption.unreadable import UNREADABLE_VALUES

TEXTS_RECEIVED: Final = Counter(
    "alerting_texts_received_total", "Texts that came in, by how they were read", ["intent"]
)

ATTEMPTS: Final = Counter(
    "alerting_attempts_total", "Attempts at deliveries, by outcome", ["outcome"]
)

POSTS: Final = Counter(
    "alerting_posts_total", "Attempts at posts to work groups, by outcome", ["outcome"]
)

WEBHOOKS: Final = Counter(
    "alerting_webhook_messages_total", "Messages to webhooks, by outcome", ["outcome"]
)

RECEIPTS: Final = Counter(
    "alerting_receipts_total", "Status callbacks, by the provider's status", ["status"]
)

UNLISTED_RECEIPTS: Final = Counter(
    "alerting_unlisted_receipts_total",
    "Receipts of an SMS centre or gateway with a state that no list has, by its word",
    ["state"],
)

BATCH: Final = Histogram(
    "alerting_ledger_batch_units",
    "Units of work that shared a commit",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
)

COMMIT_SECONDS: Final = Histogram(
    "alerting_ledger_commit_seconds",
    "From a batch's first statement to its commit, in seconds",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)

UNREADABLE: Final = Gauge(
    "alerting_unreadable_values",
    "Stored values that this process could not decrypt: see 'alerting doctor'",
)
UNREADABLE.set_function(lambda: len(UNREADABLE_VALUES))

SOCKETS: Final = Gauge("alerting_feed_sockets", "Websockets open on this process' feeds")

FORGOTTEN: Final = Counter(
    "alerting_forgotten_total", "Households that the watchdog found nobody to be after"
)

CLOCK_HELD: Final = Gauge(
    "alerting_clock_held", "1 where this process does what time brings; one process does at a time"
)

ESCALATED_UNTIL: Final = Gauge(
    "alerting_escalated_until_seconds",
    "Alert time up to which this process has done all that time makes due, in seconds since 1970",
)

CAP_MESSAGES: Final = Counter(
    "alerting_cap_messages_total",
    "Messages of other systems, by source and outcome; repeats are left out",
    ["source", "outcome"],
)

SENSOR_READINGS: Final = Counter(
    "alerting_sensor_readings_total",
    "Readings of sensors, by sensor and verdict",
    ["sensor", "verdict"],
)

SENSOR_NEWS: Final = Counter(
    "alerting_sensor_news_total",
    "What sensors made the service tell, by sensor; 'suppressed' was held back by the rate limit",
    ["sensor", "news"],
)

FEED_POLLS: Final = Counter(
    "alerting_feed_polls_total", "Polls of CAP feeds, by feed and outcome", ["feed", "outcome"]
)
