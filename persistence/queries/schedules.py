"""Statements on what runs by the clock."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.statements import Statement, parameter

_Lease = models.ScheduleLease
_new = postgresql.insert(_Lease).values(
    name=parameter("name", _Lease.name),
    run_id=parameter("run_id", _Lease.run_id),
    taken_at=sa.func.clock_timestamp(),
)

take_lease = Statement(
    _new.on_conflict_do_update(
        index_elements=["name"],
        set_={"run_id": _new.excluded.run_id, "taken_at": _new.excluded.taken_at},
        where=sa.or_(
            _Lease.run_id == _new.excluded.run_id,
            _Lease.taken_at
            <= _new.excluded.taken_at
            - sa.func.make_interval(0, 0, 0, 0, 0, 0, parameter("seconds", sa.Float())),
        ),
    ).returning(_Lease.name)
)
"""Let `run_id` start `name`; no row when another run has started it in the last `seconds`."""

silent_seconds = Statement(
    sa.select(sa.func.extract("epoch", sa.func.clock_timestamp() - sa.func.max(_Lease.taken_at)))
)
"""How long ago a worker last started something of the schedule, in seconds; null for never."""
