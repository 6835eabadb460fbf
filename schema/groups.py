"""Groups: conversations of several people."""

import strawberry

from domain.refusals import InvalidInput, LimitReached, NotAllowed, NotFound
from resolvers import groups as resolvers
from schema.building import MutationInput, mutation
from schema.conversations import Conversation


@strawberry.input
class CreateGroupInput(MutationInput):
    """What `createGroup` needs."""

    title: str = strawberry.field(description="1 to 100 characters.")
    profile_ids: list[strawberry.ID] = strawberry.field(
        description="The profiles of the others, at least one: your matches."
    )


@strawberry.type
class CreateGroupSuccess:
    """The group is made, and on everybody's list."""

    conversation: Conversation = strawberry.field(description="The group.")


@strawberry.input
class RenameConversationInput(MutationInput):
    """What `renameConversation` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="A group that you own.")
    title: str = strawberry.field(description="1 to 100 characters.")


@strawberry.type
class RenameConversationSuccess:
    """The group has this title."""

    conversation: Conversation = strawberry.field(description="The group.")


@strawberry.input
class AddMembersInput(MutationInput):
    """What `addMembers` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="A group that you own.")
    profile_ids: list[strawberry.ID] = strawberry.field(
        description="Whom, at least one: profiles of your matches."
    )


@strawberry.type
class AddMembersSuccess:
    """They are in the group."""

    conversation: Conversation = strawberry.field(description="The group.")


@strawberry.input
class RemoveMemberInput(MutationInput):
    """What `removeMember` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="A group that you own.")
    profile_id: strawberry.ID = strawberry.field(description="The profile of a member.")


@strawberry.type
class RemoveMemberSuccess:
    """They are in the group no more."""

    conversation: Conversation = strawberry.field(description="The group.")


@strawberry.input
class MakeOwnerInput(MutationInput):
    """What `makeOwner` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="A group that you own.")
    profile_id: strawberry.ID = strawberry.field(description="The profile of a member.")


@strawberry.type
class MakeOwnerSuccess:
    """They own the group, as you do."""

    conversation: Conversation = strawberry.field(description="The group.")


@strawberry.input
class LeaveConversationInput(MutationInput):
    """What `leaveConversation` needs."""

    conversation_id: strawberry.ID = strawberry.field(description="A group that you are in.")


@strawberry.type
class LeaveConversationSuccess:
    """You are in the group no more."""

    left_conversation_id: strawberry.ID = strawberry.field(description="The id that it has.")


@strawberry.type
class GroupMutations:
    """What can be done with groups."""

    create_group = mutation(
        resolvers.create_group,
        input=CreateGroupInput,
        returns=CreateGroupSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, LimitReached),
    )
    rename_conversation = mutation(
        resolvers.rename_conversation,
        input=RenameConversationInput,
        returns=RenameConversationSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput),
    )
    add_members = mutation(
        resolvers.add_members,
        input=AddMembersInput,
        returns=AddMembersSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput, LimitReached),
    )
    remove_member = mutation(
        resolvers.remove_member,
        input=RemoveMemberInput,
        returns=RemoveMemberSuccess,
        refuses=(NotFound, NotAllowed),
    )
    make_owner = mutation(
        resolvers.make_owner,
        input=MakeOwnerInput,
        returns=MakeOwnerSuccess,
        refuses=(NotFound, NotAllowed),
    )
    leave_conversation = mutation(
        resolvers.leave_conversation,
        input=LeaveConversationInput,
        returns=LeaveConversationSuccess,
        refuses=(NotFound, NotAllowed),
    )
