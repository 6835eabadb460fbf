"""Check-ins: who goes to an event is there, as its code or a host says."""

import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from domain import attendance, events
from domain.attendance import AttendanceState
from domain.refusals import InvalidFieldCode, InvalidInput, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import attendance as queries
from persistence.rows import Row
from persistence.transaction import Transaction

OPENS_BEFORE = timedelta(hours=2)
"""How long before the start of an event people can check in; they can until its end."""

MOST_TRIES, TRIES_WINDOW_SECONDS = 10, 600
"""How often somebody may try codes, within how many seconds."""

CODE_LENGTH = 8
# Crockford's base 32: without letters that look like digits, or like each other.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED = str.maketrans("OIL", "011", "- ")


def code_of(check_in_key: UUID) -> str:
    """Give the code of an event: 40 random bits of its key, in Crockford's base 32.

    Args:
        check_in_key: version 4 of UUIDs.
    """
    bits = check_in_key.int >> 88
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))


def is_right(code: str, check_in_key: UUID) -> bool:
    """Say whether a code is that of an event, in a time that does not tell how much of it is.

    Args:
        code: as somebody typed it: in any case, with spaces or dashes, O for 0 and I or L for 1.
        check_in_key: the event's.
    """
    typed = code[: 4 * CODE_LENGTH].upper().translate(_TYPED)
    return hmac.compare_digest(typed.encode(errors="replace"), code_of(check_in_key).encode())


def is_open(*, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Say whether people can check in: from two hours before the start until the end."""
    return starts_at - OPENS_BEFORE <= now < ends_at


async def check_in(
    tx: Transaction, viewer: Viewer, *, event_id: UUID, code: str
) -> tuple[Row, Row]:
    """Say by the event's code that the viewer is there; again changes nothing.

    The event's row is locked until the commit.

    Returns:
        The viewer's answer to the event, and the event.

    Raises:
        NotFound: there is no such event that the viewer may see.
        NotAllowed: it is too early, over or cancelled, or the viewer does not go.
        InvalidInput: the code is not the event's.
    """
    event = await attendance.hold(tx, viewer, event_id)
    me = viewer.profile_id
    answer = _going(event, await tx.get(models.Attendance, event_id=event_id, profile_id=me))
    if not is_right(code, event.check_in_key):
        raise InvalidInput.of("code", "code is not the code of this event.", InvalidFieldCode.WRONG)
    return await _checked_in(tx, answer), event


async def check_in_attendee(
    tx: Transaction, viewer: Viewer, *, attendance_id: UUID
) -> tuple[Row, Row]:
    """Say as a host that somebody is there; again changes nothing.

    The event's row is locked until the commit.

    Returns:
        Their answer to the event, and the event.

    Raises:
        NotFound: the viewer sees no such answer.
        NotAllowed: the viewer does not hold the event, it is too early, over or cancelled, or they
            do not go.
    """
    found = await _seen(tx, viewer, attendance_id)
    if found is None:
        raise NotFound("Attendance")
    event = await events.hold_own(tx, viewer, found.event_id)
    attendance.check_open(event)
    answer = _going(event, await _seen(tx, viewer, attendance_id))
    return await _checked_in(tx, answer), event


async def rotate_check_in_code(tx: Transaction, viewer: Viewer, *, event_id: UUID) -> Row:
    """Give an event that the viewer holds another code; the one before is wrong from then on.

    Returns:
        The event.

    Raises:
        NotFound: there is no such event that the viewer may see.
        NotAllowed: the viewer does not hold it, or it is over or cancelled.
    """
    event = await events.hold_own(tx, viewer, event_id)
    attendance.check_open(event)
    key = {"event_id": event_id}
    return await tx.change(models.Event, key, check_in_key=uuid4()) or event


async def _seen(tx: Transaction, viewer: Viewer, attendance_id: UUID) -> Row | None:
    return await tx.one(queries.by_ids, ids=[attendance_id], viewer_id=viewer.profile_id)


def _going(event: Row, answer: Row | None) -> Row:
    """Give the answer of somebody who goes, at the time when people check in."""
    if answer is None or answer.state != AttendanceState.GOING:
        raise NotAllowed("NOT_GOING", "Only who goes and has a seat checks in.")
    now = datetime.now(UTC)
    if not is_open(starts_at=event.starts_at, ends_at=event.ends_at, now=now):
        raise NotAllowed("CHECK_IN_NOT_OPEN", "Check in from two hours before the start on.")
    return answer


async def _checked_in(tx: Transaction, answer: Row) -> Row:
    if answer.checked_in_at is not None:
        return answer
    key = {"attendance_id": answer.attendance_id}
    checked = await tx.change(models.Attendance, key, checked_in_at=datetime.now(UTC)) or answer
    await attendance.tell(tx, [checked], has_moved=False, was_going=True)
    return checked
