"""How often people make events and places and say when they have time, and events by city.

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_REGAINED = ("places_regained_at", "events_regained_at", "meeting_times_regained_at")

# Who has added places today goes on where they were: each is regained in a twentieth of a day.
_ADDED = """
UPDATE profiles SET places_regained_at = now() + least(added, 20) * interval '72 minutes'
FROM (
    SELECT added_by_id, count(*) AS added FROM places
    WHERE created_at > now() - interval '24 hours' GROUP BY added_by_id
) AS today
WHERE profile_id = added_by_id
"""


def upgrade() -> None:
    for name in _REGAINED:
        op.add_column("profiles", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(_ADDED)
    op.create_index(
        "events_city_idx", "events", [sa.text("lower(city::text)"), "starts_at", "event_id"]
    )


def downgrade() -> None:
    op.drop_index("events_city_idx", "events")
    for name in reversed(_REGAINED):
        op.drop_column("profiles", name)
