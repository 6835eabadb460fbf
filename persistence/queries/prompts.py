"""Questions about prompts."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Prompt = models.Prompt

by_ids = Statement(
    sa.select(_Prompt).where(
        one_of(_Prompt.prompt_id, "ids"), visibility.may_see(_Prompt.profile_id)
    ),
    _Prompt,
)
"""The prompts with these `ids` that `viewer_id` may see."""

of_profiles = Statement(
    sa.select(_Prompt)
    .where(one_of(_Prompt.profile_id, "profile_ids"), visibility.may_see(_Prompt.profile_id))
    .order_by(_Prompt.profile_id, _Prompt.position),
    _Prompt,
)
"""The prompts of `profile_ids` that `viewer_id` may see, in each person's order."""

own = Statement(
    sa.select(_Prompt)
    .where(_Prompt.profile_id == parameter("profile_id", _Prompt.profile_id))
    .order_by(_Prompt.position),
    _Prompt,
)
"""The prompts of `profile_id`, in their order, for whoever holds the profile's lock."""

_texts = sa.func.unnest(
    parameter("questions", postgresql.ARRAY(sa.Text)),
    parameter("answers", postgresql.ARRAY(sa.Text)),
)
_given = _texts.table_valued(
    sa.column("question", sa.Text),
    sa.column("answer", sa.Text),
    with_ordinality="place",
    name="given",
).render_derived()

add_in_order = Statement(
    sa.insert(_Prompt)
    .from_select(
        ["profile_id", "position", "question", "answer"],
        sa.select(
            parameter("profile_id", _Prompt.profile_id),
            _given.c.place,
            _given.c.question,
            _given.c.answer,
        ),
        include_defaults=False,
    )
    .returning(_Prompt),
    _Prompt,
)
"""Add prompts of `questions` and `answers`, positions from 1 in their order."""

_order = (
    sa.func.unnest(parameter("prompt_ids", postgresql.ARRAY(sa.Uuid)))
    .table_valued(sa.column("prompt_id", sa.Uuid), with_ordinality="place", name="wanted")
    .render_derived()
)

put_in_order = Statement(
    sa.update(_Prompt)
    .values(position=_order.c.place)
    .where(_Prompt.prompt_id == _order.c.prompt_id)
    .returning(_Prompt),
    _Prompt,
)
"""Number the prompts with `prompt_ids` from 1 in this order."""
