"""Invitations: whom those who hold an event ask to come, and who holds it with its host."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import invitations
from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound
from resolvers import invitations as resolvers
from schema.building import MutationInput, loaded, mutation
from schema.connections import Connection

if TYPE_CHECKING:
    from schema.events import Event
    from schema.profiles import Profile

EventView = Annotated["Event", strawberry.lazy("schema.events")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@strawberry.type
class InvitationsOfEvent:
    """Who holds an event, and who is invited."""

    co_hosts: list[ProfileView] = loaded(
        invitations.co_hosts_of,
        key="event_id",
        description="Who holds it with the host, of those whom you may see; at most 10.",
    )
    is_hosting: bool = loaded(
        invitations.are_held,
        key="event_id",
        description="Whether you hold it, as its host or a co-host.",
    )
    is_invited: bool = loaded(
        invitations.are_invited_to, key="event_id", description="Whether you are invited."
    )
    invited: Connection[ProfileView] = loaded(
        invitations.invited_to,
        key="event_id",
        description="Who is invited, the latest first; empty unless you hold it.",
    )


@strawberry.input
class InviteToEventInput(MutationInput):
    """What `inviteToEvent` needs."""

    event_id: strawberry.ID = strawberry.field(description="An event that you hold.")
    profile_ids: list[strawberry.ID] = strawberry.field(
        description="Whom, 1 to 50: profiles of your matches and of who follows you."
    )


@strawberry.type
class InviteToEventSuccess:
    """They are invited."""

    event: EventView = strawberry.field(description="The event.")


@strawberry.input
class AddCoHostInput(MutationInput):
    """What `addCoHost` needs."""

    event_id: strawberry.ID = strawberry.field(description="An event of which you are the host.")
    profile_id: strawberry.ID = strawberry.field(
        description="The profile of a match, or of somebody who follows you."
    )


@strawberry.type
class AddCoHostSuccess:
    """They hold the event with you."""

    event: EventView = strawberry.field(description="The event.")


@strawberry.input
class RemoveCoHostInput(MutationInput):
    """What `removeCoHost` needs."""

    event_id: strawberry.ID = strawberry.field(description="An event that you hold.")
    profile_id: strawberry.ID = strawberry.field(
        description="The profile of the co-host, which is yours unless you are the host."
    )


@strawberry.type
class RemoveCoHostSuccess:
    """They do not hold the event any more; they are invited to it."""

    event: EventView = strawberry.field(description="The event.")


@strawberry.type
class InvitationMutations:
    """What can be done with invitations."""

    invite_to_event = mutation(
        resolvers.invite_to_event,
        input=InviteToEventInput,
        returns=InviteToEventSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, LimitReached),
    )
    add_co_host = mutation(
        resolvers.add_co_host,
        input=AddCoHostInput,
        returns=AddCoHostSuccess,
        refuses=(NotFound, NotAllowed, LimitReached),
    )
    remove_co_host = mutation(
        resolvers.remove_co_host,
        input=RemoveCoHostInput,
        returns=RemoveCoHostSuccess,
        refuses=(NotFound, NotAllowed),
    )
