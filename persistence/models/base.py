"""The base of all models, with the naming of constraints and the columns that many tables share."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, mapped_column

new_uuid = sa.text("uuidv7()")

Key = Annotated[UUID, mapped_column(sa.Uuid, primary_key=True, server_default=new_uuid)]
"""The primary key: a UUIDv7 made by PostgreSQL, so keys sort by time."""

Moment = Annotated[datetime, mapped_column(sa.DateTime(timezone=True))]
"""A moment in time, with its time zone, to the microsecond."""

Now = Annotated[
    datetime, mapped_column(sa.DateTime(timezone=True), server_default=sa.text("now()"))
]
"""The moment at which the row's transaction began, unless given."""

Unselected = Annotated[
    datetime,
    mapped_column(sa.DateTime(timezone=True), server_default=sa.text("now()"), deferred=True),
]
"""The same, for those who look into the database: no view needs it, so rows are read without."""

OfProfile = Annotated[UUID, mapped_column(sa.ForeignKey("profiles.profile_id", ondelete="CASCADE"))]
"""The key of a person whose rows go when the person goes."""

TextList = Annotated[
    list[str], mapped_column(postgresql.ARRAY(sa.Text), server_default=sa.text("'{}'"))
]
"""A list of words, empty unless given."""


class Model(DeclarativeBase):
    """The base of all models: nouns of Kith as tables."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )
