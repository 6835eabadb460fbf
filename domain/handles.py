"""Handles: the names by which people can be mentioned, where they want to be."""

import re

from domain import profiles
from domain.refusals import Conflict, InvalidInput
from domain.viewer import Viewer
from persistence import models
from persistence.queries import handles as queries
from persistence.rows import Row
from persistence.transaction import Transaction

PATTERN = "[A-Za-z0-9_]{3,30}"
"""What a handle is made of, as a regular expression."""

_HANDLE = re.compile(PATTERN)


def handle_of(text: str) -> str:
    """Give a handle as it is kept, without its sign.

    Raises:
        InvalidInput: it is none.
    """
    handle = text.removeprefix("@")
    if not _HANDLE.fullmatch(handle):
        raise InvalidInput.of("handle", "handle needs 3 to 30 letters from A to Z, digits or _.")
    return handle


async def set_handle(tx: Transaction, viewer: Viewer, *, handle: str | None) -> Row:
    """Take a handle, or none; the former one is free for others from now on.

    Settled under the lock of the viewer's profile, and between people by the key of handles. To
    take the same again changes nothing.

    Args:
        tx: the transaction.
        viewer: whose handle it is.
        handle: 3 to 30 letters, digits or underscores, with or without its sign; None for none.

    Returns:
        The viewer's profile.

    Raises:
        InvalidInput: it is no handle.
        Conflict: somebody else has it, in whatever case of letters.
    """
    wanted = None if handle is None else handle_of(handle)
    profile = await profiles.own(tx, viewer)
    mine = {"profile_id": viewer.profile_id}
    former = await tx.get(models.Handle, profile_id=viewer.profile_id)
    if wanted == (former and former.handle):
        return profile
    await tx.remove(models.Handle, **mine)
    if wanted is not None and not await tx.fetch(queries.take, handle=wanted, **mine):
        raise Conflict("HANDLE_TAKEN", "This handle is taken.")
    return profile
