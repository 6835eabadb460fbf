"""Whether the database answers."""

import sqlalchemy as sa

from persistence.statements import Statement

alive = Statement(sa.select(sa.literal(1).label("alive")))
"""Answers 1."""
