"""Time zones, as the IANA database names them: pure."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.refusals import InvalidField, InvalidFieldCode

# What the database is kept in holds other files too.
_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}", re.ASCII)
_LONGEST_NAME = 50


def _is_time_zone(name: str) -> bool:
    """Say whether this is the name of a time zone in the IANA database."""
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):  # a folder of zones is an OSError
        return False
    return True


def time_zone_problems(name: str | None) -> list[InvalidField]:
    """Say what is wrong with the name of a time zone; None is wrong too."""
    if name is not None and _is_time_zone(name):
        return []
    code = InvalidFieldCode.MISSING if name is None else InvalidFieldCode.UNKNOWN
    sentence = "timeZone must be a name of the IANA database, like Europe/Berlin."
    return [InvalidField("timeZone", sentence, code)]
