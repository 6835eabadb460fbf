"""Statements on the outbox."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from persistence import models
from persistence.statements import Statement, one_of, parameter

_fact = models.Fact
_earlier = aliased(models.Fact)
_unfinished = _fact.finished_at.is_(None)

claim = Statement(
    sa.select(_fact)
    .where(
        _unfinished,
        _fact.available_at <= sa.func.now(),
        ~sa.exists().where(
            _earlier.finished_at.is_(None),
            _earlier.kind == _fact.kind,
            _earlier.subject == _fact.subject,
            _earlier.fact_id < _fact.fact_id,
        ),
    )
    .order_by(_fact.fact_id)
    .limit(parameter("limit", sa.Integer()))
    .with_for_update(skip_locked=True, of=_fact),
    models.Fact,
)
"""Lock up to `limit` waiting facts, oldest first; those that another relay holds are skipped.

Of one kind about one person only the first is among them, so that they are carried in order.
"""

finish = Statement(
    sa.update(_fact)
    .where(one_of(_fact.fact_id, "ids"))
    .values(finished_at=sa.func.clock_timestamp())
    .returning(_fact.fact_id)
)
"""Mark the facts with these `ids` as carried out."""

put_off = Statement(
    sa.update(_fact)
    .where(one_of(_fact.fact_id, "ids"))
    .values(
        attempt_count=_fact.attempt_count + 1,
        available_at=sa.func.clock_timestamp()
        + sa.func.make_interval(
            0, 0, 0, 0, 0, 0, sa.func.least(3600, sa.func.power(2, _fact.attempt_count))
        ),
    )
    .returning(_fact.fact_id)
)
"""Let the facts with these `ids` wait, a second at first, twice as long each time, an hour at most.
"""

oldest_unfinished_seconds = Statement(
    sa.select(sa.func.extract("epoch", sa.func.clock_timestamp() - _fact.recorded_at))
    .where(_unfinished)
    .order_by(_fact.fact_id)
    .limit(1)
)
"""How long ago the oldest fact that is not carried out was recorded, in seconds."""
