"""Questions about live logs."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.statements import Statement, one_of

_head = models.TopicHead
_entry = models.TopicEntry

heads = Statement(sa.select(_head.topic, _head.position).where(one_of(_head.topic, "topics")))
"""The last positions of these `topics`; one that has no entry yet has no row."""

_asked = (
    sa.func.unnest(
        sa.bindparam("topics", type_=postgresql.ARRAY(sa.Text), required=True),
        sa.bindparam("afters", type_=postgresql.ARRAY(sa.BigInteger), required=True),
    )
    .table_valued(sa.column("topic", sa.Text), sa.column("after", sa.BigInteger))
    .render_derived(name="asked")
)
_after = (
    sa.select(
        _entry.position,
        _entry.kind,
        sa.cast(_entry.body, sa.Text).label("text"),
        _entry.recorded_at,
    )
    .where(_entry.topic == _head.topic, _entry.position > _asked.c.after)
    .order_by(_entry.position)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .lateral("entry")
)

pages = Statement(
    sa.select(_asked.c.topic, _asked.c.after, _head.position.label("head"), _after)
    .join_from(_asked, _head, _head.topic == _asked.c.topic)
    .outerjoin(_after, sa.true())
    .order_by(_asked.c.topic, _asked.c.after, _after.c.position)
)
"""The first `limit` entries of each of `topics` after its position of `afters`, with its `head`.

All are of one moment. When there is no such entry, one row tells the head alone; when the topic
has never had an entry, there is no row.
"""
