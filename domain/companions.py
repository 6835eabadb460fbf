"""Companions: the animals that people live with, for apps where they are part of meeting."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain import profiles, texts
from domain.profiles import ProfileChanged
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput, LimitReached, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import companions as queries
from persistence.rows import Row
from persistence.transaction import Transaction

MOST_COMPANIONS = 10

_TEXTS = {"kind": (1, 30), "name": (1, 50), "breed": (0, 50), "temperament": (0, 200)}
_EARLIEST_BIRTH = date(1900, 1, 1)


def cleaned(given: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """Normalise and check facts about a companion.

    Args:
        given: any of kind (1 to 30 characters), name (1 to 50), breed (at most 50), temperament
            (at most 200), birth_date; None takes back what can be empty.
        today: no companion is born later.

    Raises:
        InvalidInput: with all that is wrong.
        TypeError: something that people cannot set.
    """
    values: dict[str, Any] = {}
    problems: list[InvalidField] = []
    for column, value in given.items():
        if column == "birth_date":
            values[column] = value
            if value is not None and not _EARLIEST_BIRTH <= value <= today:
                sentence = "birthDate must lie between 1900 and today."
                problems.append(InvalidField("birthDate", sentence, InvalidFieldCode.OUT_OF_RANGE))
        elif column in _TEXTS:
            least, most = _TEXTS[column]
            text = texts.clean(value or "")
            # Lower case may be longer: it is what is stored, so it is what is measured.
            text = text.lower() if column == "kind" else text
            values[column] = text or None
            problems += texts.length_problems(column, text, least=least, most=most)
        else:
            raise TypeError(f"{column} is not for people to set")
    if problems:
        raise InvalidInput(problems)
    return values


async def add_companion(
    tx: Transaction, viewer: Viewer, *, kind: str, name: str, **given: Any
) -> Row:
    """Show an animal that lives with one.

    Args:
        tx: the transaction.
        viewer: with whom it lives.
        kind: `dog`, `cat`, or another word of 1 to 30 characters.
        name: 1 to 50 characters.
        given: any of breed, birth_date, temperament.

    Returns:
        The companion.

    Raises:
        InvalidInput: with all that is wrong.
        LimitReached: there are 10 already.
    """
    values = cleaned({"kind": kind, "name": name, **given}, today=datetime.now(UTC).date())
    profile = await profiles.own(tx, viewer)
    if await tx.value(queries.count, profile_id=profile.profile_id) >= MOST_COMPANIONS:
        raise LimitReached(
            "COMPANION_LIMIT_REACHED", f"A profile shows at most {MOST_COMPANIONS} companions."
        )
    companion = await tx.add(models.Companion, profile_id=profile.profile_id, **values)
    _record(tx, viewer)
    return companion


async def update_companion(
    tx: Transaction, viewer: Viewer, *, companion_id: UUID, **given: Any
) -> Row:
    """Change what one shows of a companion; what is not given stays.

    Returns:
        The companion.

    Raises:
        InvalidInput: with all that is wrong.
        NotFound: there is no such companion of the viewer.
    """
    values = cleaned(given, today=datetime.now(UTC).date())
    await profiles.own(tx, viewer)
    key: dict[str, Any] = {"companion_id": companion_id, "profile_id": viewer.profile_id}
    before = await tx.get(models.Companion, **key)
    if before is None:
        raise NotFound("Companion")
    differing = {name: value for name, value in values.items() if before[name] != value}
    if not differing:
        return before
    _record(tx, viewer)
    return await tx.change(models.Companion, key, **differing) or before


async def remove_companion(tx: Transaction, viewer: Viewer, *, companion_id: UUID) -> None:
    """Show a companion no more.

    Raises:
        NotFound: there is no such companion of the viewer.
    """
    await profiles.own(tx, viewer)
    key = {"companion_id": companion_id, "profile_id": viewer.profile_id}
    if not await tx.remove(models.Companion, **key):
        raise NotFound("Companion")
    _record(tx, viewer)


def _record(tx: Transaction, viewer: Viewer) -> None:
    tx.record(ProfileChanged(profile_id=viewer.profile_id, parts=("companions",)))
