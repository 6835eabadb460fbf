"""Privacy: what people let others know of what they are doing."""

from datetime import UTC, datetime

from domain import profiles
from domain.profiles import ProfileChanged
from domain.viewer import Viewer
from persistence import models
from persistence.queries import privacy as queries
from persistence.rows import Row
from persistence.transaction import Transaction


async def set_privacy(tx: Transaction, viewer: Viewer, **given: bool | None) -> Row:
    """Say what one shows; what is not given stays.

    Args:
        tx: the transaction.
        viewer: whose switches they are.
        given: any of show_online, show_last_active, show_read_receipts, show_typing; None is as
            at first, shown.

    Returns:
        All switches.

    Raises:
        TypeError: there is no such switch.
    """
    if unknown := given.keys() - set(queries.SWITCHES):
        raise TypeError(f"there are no switches {sorted(unknown)}")
    profile = await profiles.own(tx, viewer)
    key = {"profile_id": profile.profile_id}
    (before,) = await tx.fetch(queries.ensure, **key)
    wanted = {name: value is not False for name, value in given.items()}
    differing = {name: value for name, value in wanted.items() if before[name] != value}
    if not differing:
        return before
    if "show_last_active" in differing:
        # Decks rank by it, and filter by it.
        tx.record(ProfileChanged(**key, parts=("privacy",)))
    changed = await tx.change(models.Privacy, key, **differing, updated_at=datetime.now(UTC))
    return changed or before
