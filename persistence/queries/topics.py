"""Questions about live logs."""

import sqlalchemy as sa

from persistence import models
from persistence.statements import Statement, one_of, parameter

_head = models.TopicHead
_entry = models.TopicEntry

heads = Statement(sa.select(_head.topic, _head.position).where(one_of(_head.topic, "topics")))
"""The last positions of these `topics`; one that has no entry yet has no row."""

_after = (
    sa.select(_entry.position, _entry.kind, _entry.body, _entry.recorded_at)
    .where(_entry.topic == _head.topic, _entry.position > parameter("after", _entry.position))
    .order_by(_entry.position)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .lateral("entry")
)

page = Statement(
    sa.select(_head.position.label("head"), _after)
    .select_from(_head)
    .outerjoin(_after, sa.true())
    .where(_head.topic == parameter("topic", _head.topic))
    .order_by(_after.c.position)
)
"""The first `limit` entries of `topic` after the position `after`, each with the topic's `head`.

Both are of one moment. When there is no such entry, one row tells the head alone; when the topic
has never had an entry, there is no row.
"""
