"""What runs when."""

from typing import Any

from celery.schedules import crontab

from workers import housekeeping

SCHEDULE: dict[str, dict[str, Any]] = {
    "forget what has expired, daily": {
        "task": housekeeping.forget_expired.name,
        "schedule": crontab(hour="3", minute="17"),
    },
}
