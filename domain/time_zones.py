"""Time zones, as the IANA database names them: pure."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# What the database is kept in holds other files too.
_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}", re.ASCII)
_LONGEST_NAME = 50


def is_time_zone(name: str) -> bool:
    """Say whether this is the name of a time zone in the IANA database."""
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):  # a folder of zones is an OSError
        return False
    return True
