"""Statements on the outbox."""

import sqlalchemy as sa

from persistence import models
from persistence.statements import Statement, one_of, parameter

_fact = models.Fact
_waiting = (
    sa.select(_fact.fact_id)
    .where(_fact.finished_at.is_(None), _fact.available_at <= sa.func.now())
    .order_by(_fact.fact_id)
    .limit(parameter("limit", sa.Integer()))
    .with_for_update(skip_locked=True)
)

claim = Statement(
    sa.update(_fact)
    .where(_fact.fact_id.in_(_waiting.scalar_subquery()))
    .values(
        attempt_count=_fact.attempt_count + 1,
        # Until it is finished, nobody else gets it for a while that doubles with each attempt.
        available_at=sa.func.now()
        + sa.func.make_interval(
            0, 0, 0, 0, 0, 0, sa.func.least(3600, 10 * sa.func.power(2, _fact.attempt_count))
        ),
    )
    .returning(sa.inspect(_fact).local_table),
    models.Fact,
)
"""Take up to `limit` waiting facts, oldest first, for this relay alone."""

finish = Statement(
    sa.update(_fact)
    .where(one_of(_fact.fact_id, "ids"))
    .values(finished_at=sa.func.now())
    .returning(_fact.fact_id)
)
"""Mark the facts with these `ids` as carried out."""

forget_finished = Statement(
    sa.delete(_fact)
    .where(_fact.finished_at < parameter("before", _fact.finished_at))
    .returning(_fact.fact_id)
)
"""Delete the facts carried out `before` a moment."""

forget_answers = Statement(
    sa.delete(models.Answer)
    .where(models.Answer.answered_at < parameter("before", models.Answer.answered_at))
    .returning(models.Answer.mutation)
)
"""Delete the answers that were kept for retries `before` a moment."""

oldest_waiting_seconds = Statement(
    sa.select(
        sa.func.coalesce(
            sa.func.extract("epoch", sa.func.now() - sa.func.min(_fact.recorded_at)), 0
        ).label("seconds")
    ).where(_fact.finished_at.is_(None))
)
"""How long the oldest fact has been waiting, in seconds."""
