"""Deliveries: what becomes of a notification on its way to a device or by mail."""

from datetime import timedelta
from enum import StrEnum

BURST = 3
"""How many pushes a device gets within `WINDOW` before more wait to come as one."""

WINDOW = timedelta(minutes=5)

LEASE = timedelta(minutes=3)
"""For how long who has taken a delivery may try; then another one may. Longer than one sending."""

_PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480))

MOST_ATTEMPTS = len(_PAUSES) + 1
"""How often a delivery is tried."""


class DeliveryState(StrEnum):
    """How it stands with a delivery."""

    WAITING = "waiting"
    SENT = "sent"
    SKIPPED = "skipped"
    CLEARING = "clearing"
    CLEARED = "cleared"
    GONE = "gone"
    GIVEN_UP = "given_up"


def pause_after(attempts: int, asked_seconds: float | None = None) -> timedelta | None:
    """Say after which pause a delivery that failed is tried again.

    Args:
        attempts: how often it was tried, at least 1.
        asked_seconds: the pause that the vendor wants, if it said so.

    Returns:
        The pause, longer each time, over 15 hours in all; None when it is given up.
    """
    if attempts > len(_PAUSES):
        return None
    return max(_PAUSES[attempts - 1], timedelta(seconds=min(asked_seconds or 0.0, 86_400.0)))
