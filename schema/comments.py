"""Comments: what people say to what others share."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import comments, mentions, posts, profiles, reactions
from domain.refusals import InvalidInput, NotAllowed, NotFound
from persistence import models
from resolvers import comments as resolvers
from schema.building import MutationInput, loaded, mutation, view_of
from schema.connections import Connection
from schema.reactions import REACTIONS, Reactable, Reaction
from schema.text_entities import MENTIONS, Mention, TextEntities

if TYPE_CHECKING:
    from schema.posts import Post
    from schema.profiles import Profile

CommentView = Annotated["Comment", strawberry.lazy("schema.comments")]
PostView = Annotated["Post", strawberry.lazy("schema.posts")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

_CONTENT = "The text, 1 to 2,000 characters."


@view_of(models.Comment)
class Comment(TextEntities, Reactable):
    """What a person says to a post, or to such a comment."""

    content: str = strawberry.field(description=_CONTENT)
    created_at: datetime = strawberry.field(description="When it was said.")
    edited_at: datetime | None = strawberry.field(
        description="When it was last changed; null when it never was."
    )
    author: ProfileView | None = loaded(
        profiles.by_ids, key="author_id", description="Who said it."
    )
    post: PostView | None = loaded(posts.by_ids, key="post_id", description="What it was said to.")
    reply_to: CommentView | None = loaded(
        comments.by_ids,
        key="reply_to_id",
        description="The comment that it answers; null when it is to the post itself.",
    )
    replies: Connection[CommentView] = loaded(
        comments.replies_to,
        key="comment_id",
        description="What was answered to it, the oldest first; replies have none.",
    )
    mentions: list[Mention] = loaded(mentions.of_comments, key="comment_id", description=MENTIONS)
    reactions: list[Reaction] = loaded(
        reactions.of_comments, key="comment_id", description=REACTIONS
    )


@strawberry.input
class AddCommentInput(MutationInput):
    """What `addComment` needs."""

    post_id: strawberry.ID = strawberry.field(description="The post.")
    content: str = strawberry.field(description=_CONTENT)
    reply_to_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="A comment to this post, not a reply itself, that it answers.",
    )


@strawberry.type
class AddCommentSuccess:
    """It is said."""

    comment: Comment = strawberry.field(description="The new comment.")


@strawberry.input
class EditCommentInput(MutationInput):
    """What `editComment` needs."""

    comment_id: strawberry.ID = strawberry.field(description="The comment, which must be yours.")
    content: str = strawberry.field(description=_CONTENT)


@strawberry.type
class EditCommentSuccess:
    """The comment says this now."""

    comment: Comment = strawberry.field(description="The comment.")


@strawberry.input
class DeleteCommentInput(MutationInput):
    """What `deleteComment` needs."""

    comment_id: strawberry.ID = strawberry.field(
        description="The comment, which must be yours, or to a post of yours."
    )


@strawberry.type
class DeleteCommentSuccess:
    """The comment is gone, with the replies to it."""

    deleted_comment_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type
class CommentMutations:
    """What can be done with comments."""

    add_comment = mutation(
        resolvers.add_comment,
        input=AddCommentInput,
        returns=AddCommentSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput),
    )
    edit_comment = mutation(
        resolvers.edit_comment,
        input=EditCommentInput,
        returns=EditCommentSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput),
    )
    delete_comment = mutation(
        resolvers.delete_comment,
        input=DeleteCommentInput,
        returns=DeleteCommentSuccess,
        refuses=(NotFound, NotAllowed),
    )
