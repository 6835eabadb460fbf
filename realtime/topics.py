"""Topics: the names of live logs."""

from typing import NewType
from uuid import UUID

from persistence import outbox

Topic = NewType("Topic", str)
"""The name of one live log."""


def viewer(profile_id: UUID) -> Topic:
    """The live inbox of one person."""
    return Topic(outbox.viewer_topic(profile_id))
