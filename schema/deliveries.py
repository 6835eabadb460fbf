"""Deliveries: what became of notifications, for staff; and ending mails by the link in one."""

from datetime import date
from typing import Any

import strawberry

from domain.deliveries import DeliveryState
from domain.notification_kinds import Channel, NotificationKind
from domain.refusals import NotAllowed
from resolvers import deliveries as resolvers
from resolvers import guards
from schema import notifications  # noqa: F401 - lets GraphQL show the kinds and channels
from schema.building import MutationInput, mutation, resolve
from schema.scalars import shown_enum

shown_enum(
    DeliveryState,
    WAITING="It waits: for quiet hours to end, a digest, others of a burst, or the next try.",
    SENT="The service or mail server has taken it.",
    SKIPPED="It was not sent: read before, not to be seen any more, or its reader was looking.",
    CLEARING="It was read elsewhere and is to be taken away.",
    CLEARED="It was read elsewhere, and the device was told.",
    GONE="The device is gone or signed out.",
    GIVEN_UP="It was refused, or tried for 15 hours in vain.",
)


@strawberry.type
class NotificationDeliveryCount:
    """How many deliveries of one kind came to the same on one day."""

    @strawberry.field(description="The day in UTC on which they were decided.")
    def day(root: strawberry.Parent[Any]) -> date:
        return root["day"]  # type: ignore[no-any-return]

    @strawberry.field(description="Of what kind of notification.")
    def kind(root: strawberry.Parent[Any]) -> NotificationKind:
        return NotificationKind(root["kind"])

    @strawberry.field(description="How it was to reach its reader.")
    def channel(root: strawberry.Parent[Any]) -> Channel:
        return Channel(root["channel"])

    @strawberry.field(description="What became of them so far.")
    def state(root: strawberry.Parent[Any]) -> DeliveryState:
        return DeliveryState(root["state"])

    @strawberry.field(description="How many: one for each notification and device, or mail.")
    def count(root: strawberry.Parent[Any]) -> int:
        return root["count"]  # type: ignore[no-any-return]

    @strawberry.field(description="How many were sent for them; one that tells more is sent again.")
    def sent_count(root: strawberry.Parent[Any]) -> int:
        return root["sent_count"]  # type: ignore[no-any-return]


@strawberry.type
class DeliveryQueries:
    """What staff can ask about deliveries."""

    notification_deliveries: list[NotificationDeliveryCount] = resolve(
        resolvers.notification_deliveries, guard=guards.staff, cost=100
    )


@strawberry.input
class UnsubscribeInput(MutationInput):
    """What `unsubscribe` needs."""

    token: str = strawberry.field(description="From the link.")


@strawberry.type
class UnsubscribeSuccess:
    """No more mails about notifications are sent."""

    is_unsubscribed: bool = strawberry.field(description="Always true.")


@strawberry.type
class DeliveryMutations:
    """What can be done by a link in a mail."""

    unsubscribe = mutation(
        resolvers.unsubscribe,
        input=UnsubscribeInput,
        returns=UnsubscribeSuccess,
        refuses=(NotAllowed,),
        guard=guards.public,
    )
