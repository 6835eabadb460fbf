"""What live delivery tells Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

FOLLOWERS = Gauge("kith_live_followers", "Streams that follow a topic in this process.")
TOPICS = Gauge("kith_live_topics", "Topics that somebody follows in this process.")
PRESENT = Gauge("kith_present_people", "People who have a stream open in this process.")
CONNECTED = Gauge(
    "kith_live_redis_connected", "1 while Redis wakes this process, 0 while it only polls."
)
DELIVERIES = Counter("kith_live_deliveries", "Entries handed to streams.")
TOLD_AT_ONCE = Counter(
    "kith_live_told_at_once", "Pages that streams told without being woken for it."
)
DELAY = Histogram(
    "kith_live_delivery_delay_seconds",
    "Time from an entry's writing to its hand-over to the streams that were waiting for it.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
GAPS = Counter("kith_live_gaps", "Gaps told to streams, by reason.", ["reason"])
READS = Counter("kith_live_reads", "Statements that read a log for streams.")
FOUND_BY_POLLING = Counter(
    "kith_live_found_by_polling",
    "Moved topics that no wake-up had told of: Redis was late or lost.",
)
WAKES_SENT = Counter("kith_live_wakes_sent", "Wake-ups published.")
WAKES_DROPPED = Counter(
    "kith_live_wakes_dropped", "Wake-ups given up because Redis failed; polling makes up for them."
)
