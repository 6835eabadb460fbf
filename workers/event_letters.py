"""What letters tell of events: what, when by the reader's own clock, and where."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.notification_texts import DEFAULT_LANGUAGE
from persistence.queries import reminders as queries
from workers.letter_texts import TEXTS
from workers.resources import Resources


def when(moment: datetime, time_zone: str, language: str) -> str:
    """Say a moment as the clock of a time zone shows it, with the zone's name.

    Args:
        moment: the moment, with its time zone.
        time_zone: an IANA name.
        language: whose order of day, month and year; `DEFAULT_LANGUAGE` where there is no such.
    """
    texts = TEXTS.get(language, TEXTS[DEFAULT_LANGUAGE])
    local = moment.astimezone(ZoneInfo(time_zone))
    return texts["when"].format(moment=local, zone=time_zone)


async def reminder(
    resources: Resources, event_id: UUID, profile_id: UUID, language: str
) -> dict[str, str] | None:
    """Give what the letter `event_reminder` tells of an event; None when it is gone.

    Args:
        resources: where the database is.
        event_id: the event.
        profile_id: the reader, by whose clock it is told; by the event's if they have set none.
        language: of the reader.
    """
    asked = {"event_id": event_id, "viewer_id": profile_id}
    event = await resources.database.one(queries.told, **asked)
    if event is None:
        return None
    return {
        "title": event["title"],
        "when": when(event["starts_at"], event["own"] or event["time_zone"], language),
        "place": event["place_name"] or event["address"] or event["online_url"],
    }
