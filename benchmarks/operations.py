"""The operations that are measured, as Kith's schema has them."""

from dataclasses import dataclass
from typing import Any

from benchmarks.dataset import World
from resolvers import ids

FEED = """
query Feed {
  viewer {
    feed(first: 20) {
      pageInfo { hasNextPage }
      nodes {
        id content createdAt
        author {
          id displayName city pronouns
          companions { id kind name }
          posts(first: 3) { nodes { id content createdAt author { id displayName } } }
        }
      }
    }
  }
}
"""

CHAT = """
query Chat($id: ID!) {
  conversation(id: $id) {
    id lastPosition
    members(first: 20) { nodes { readPosition profile { id displayName city } } }
    messages(first: 50) {
      pageInfo { hasNextPage }
      nodes { id position text sentAt sender { id displayName } }
    }
  }
}
"""

POINT = """
query Point($id: ID!) {
  profile(id: $id) { id displayName bio pronouns city interests languages }
}
"""


_DECK = """
query Deck {
  viewer {
    deck(first: 20) {
      pageInfo { hasNextPage }
      nodes {
        score
        reasons { signal contribution text }
        profile { id displayName age bio }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """A document and the variables with which it is sent in turn.

    Attributes:
        name: how tables call it.
        document: the text.
        variables: one dictionary for each request in turn, at least one.
    """

    name: str
    document: str
    variables: list[dict[str, Any]]


DECK = Operation("DECK", _DECK, [{}])
"""Kith's alone: it ranks people by the index of vectors."""


def of(world: World) -> list[Operation]:
    """Make the operations for a dataset; ids are Kith's global ids."""
    chats = [{"id": ids.encode("Conversation", key)} for key in world.conversations]
    people = [{"id": ids.encode("Profile", key)} for key in world.profiles]
    return [
        Operation("FEED", FEED, [{}]),
        Operation("CHAT", CHAT, chats),
        Operation("POINT", POINT, people),
    ]
