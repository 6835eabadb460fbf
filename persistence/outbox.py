"""The outbox: facts stored with what they tell of, carried out after the commit."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from persistence.transaction import Recordable

RELAYS_TOPIC = "relays"
"""A topic without entries, whose wake-ups tell relays that facts wait."""

_STORE = """
INSERT INTO facts (kind, subject, body)
SELECT kind, subject, body
FROM unnest($1::text[], $2::uuid[], $3::jsonb[]) WITH ORDINALITY AS f (kind, subject, body, n)
ORDER BY n
"""

# The time is read once all heads are locked, so within a topic it follows the positions, what is
# forgotten by age is always the beginning of a log, and everybody is told of the same moment.
_APPEND = """
WITH entry AS (
  SELECT topic, kind, body, n
  FROM unnest($1::text[], $2::text[], $3::jsonb[]) WITH ORDINALITY AS e (topic, kind, body, n)
), head AS (
  INSERT INTO topic_heads AS h (topic, position)
  SELECT topic, count(*) FROM entry GROUP BY topic ORDER BY topic
  ON CONFLICT (topic) DO UPDATE SET position = h.position + excluded.position
  RETURNING topic, position
), placed AS (
  SELECT topic, kind, body,
         head.position - count(*) OVER (PARTITION BY topic)
           + row_number() OVER (PARTITION BY topic ORDER BY n) AS position
  FROM entry JOIN head USING (topic)
), moment AS (
  SELECT clock_timestamp() AS at FROM (SELECT count(*) FROM head) AS locked
), written AS (
  INSERT INTO topic_entries (topic, position, kind, body, recorded_at)
  SELECT topic, position, kind, body, at FROM placed, moment
)
SELECT topic, position FROM head
"""


def viewer_topic(profile_id: object) -> str:
    """Name the live log of one person."""
    return f"viewer:{profile_id}"


async def store(connection: asyncpg.Connection, facts: Sequence[Recordable]) -> dict[str, int]:
    """Store the facts and append them to the live logs of their audience.

    The last statements of a transaction: the rows of `topic_heads` stay locked, in the order of
    their names, from here to the commit, so positions follow the order of commits without gaps.

    Args:
        connection: inside the transaction that the facts tell of.
        facts: what happened, in order.

    Returns:
        The new head of every topic that got an entry, and `RELAYS_TOPIC` when facts wait.
    """
    if not facts:
        return {}
    bodies = [fact.body() for fact in facts]
    kinds = [fact.kind for fact in facts]
    await connection.execute(_STORE, kinds, [_subject(body) for body in bodies], bodies)
    entries = [
        (viewer_topic(person), fact.kind, body)
        for fact, body in zip(facts, bodies, strict=True)
        for person in fact.audience
    ]
    woken = {RELAYS_TOPIC: 0}
    if not entries:
        return woken
    topics, kinds, payloads = map(list, zip(*entries, strict=True))
    heads = await connection.fetch(_APPEND, topics, kinds, payloads)
    return woken | {head["topic"]: head["position"] for head in heads}


def _subject(body: Mapping[str, Any]) -> UUID | None:
    """Whom a fact is about, where it is about one person: such facts are carried in order."""
    key = body.get("account_id") or body.get("profile_id")
    return UUID(key) if key else None
