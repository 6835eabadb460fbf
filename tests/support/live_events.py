"""Live events as a client asks for them."""

from typing import Any

from realtime import topics
from resolvers.context import Context
from resolvers.live_events import cursor_at
from resolvers.services import Services
from tests.support.people import Person
from tests.support.sockets import Operation

EVENTS = """
subscription($after: String) { events(after: $after) { __typename cursor at
  ... on MessageSent {
    message { text position sender { displayName } } conversation { unreadCount } }
  ... on MessageEdited { message { text } }
  ... on MessageDeleted { message { text } position }
  ... on ReactionChanged { message { reactions { emoji count } } reactor { displayName } emoji
    isAdded }
  ... on MessageRead { reader { displayName } position conversation { lastPosition } }
  ... on Typing { profile { displayName } conversation { id } isTyping until }
  ... on AvailabilityChanged { profile { displayName availability availableUntil } }
  ... on ConversationOpened { conversation { id } }
  ... on ConversationHidden { conversation { id } }
  ... on ConversationEnded { endedConversationId }
  ... on Gap { from to reason } } }
"""
MESSAGES = """
subscription($id: ID!, $after: String) { messages(conversationId: $id, after: $after) {
  __typename cursor ... on MessageSent { message { text } }
  ... on MessageEdited { message { text } } ... on MessageDeleted { message { text } }
  ... on ReactionChanged { emoji } } }
"""


async def next_event(operation: Operation, *, field: str = "events") -> dict[str, Any]:
    """The next event that is no heartbeat."""
    while True:
        result = await operation.next()
        assert result.get("errors", []) == []
        event: dict[str, Any] = result["data"][field]
        if event["__typename"] != "Heartbeat":
            return event


async def texts_of(operation: Operation, count: int, *, field: str = "events") -> list[str]:
    """The texts of the next messages."""
    return [(await next_event(operation, field=field))["message"]["text"] for _ in range(count)]


def context_of(services: Services, person: Person) -> Context:
    """What an operation of this person works with."""
    return Context(
        services=services,
        database=services.database,
        cursors=services.cursors,
        viewer=person.viewer,
    )


async def cursor_of(services: Services, person: Person) -> str:
    """Where this person's live events are now."""
    topic = topics.viewer(person.key)
    return cursor_at(services, topic, await services.listener.log.head(topic))
