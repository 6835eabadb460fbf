"""Posts: what people share."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import comments, profiles, reactions
from domain.posts import PostAudience
from domain.refusals import InvalidInput, NotAllowed, NotFound
from persistence import models
from resolvers import posts as resolvers
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.comments import Comment
from schema.connections import Connection
from schema.reactions import REACTIONS, Reactable, Reaction
from schema.scalars import shown_enum

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

shown_enum(
    PostAudience,
    EVERYONE="Everybody who may see the author.",
    FOLLOWERS="Who follows the author.",
    MATCHES="Who has matched with the author.",
)


@view_of(models.Post)
class Post(Reactable):
    """A short text that a person shares with those who may see them, or with a circle of these."""

    content: str = strawberry.field(description="The text, 1 to 5,000 characters.")
    audience: PostAudience = strawberry.field(description="For whom it is.")
    created_at: datetime = strawberry.field(description="When it was shared.")
    edited_at: datetime | None = strawberry.field(
        description="When the text was last changed; null when it never was."
    )
    author: ProfileView | None = loaded(
        profiles.by_ids, key="author_id", description="Who wrote it."
    )
    comment_count: int = loaded(
        comments.counts_of_posts,
        key="post_id",
        description="How many comments you can read, replies among them.",
    )
    comments: Connection[Comment] = loaded(
        comments.of_post,
        key="post_id",
        description="What was said to it, the oldest first; answers to that are its `replies`.",
    )
    reactions: list[Reaction] = loaded(reactions.of_posts, key="post_id", description=REACTIONS)


@strawberry.input
class CreatePostInput(MutationInput):
    """What `createPost` needs."""

    content: str = strawberry.field(description="The text, 1 to 5,000 characters.")
    audience: PostAudience | None = strawberry.field(
        default=strawberry.UNSET, description="For whom it is; EVERYONE if unsaid."
    )


@strawberry.type
class CreatePostSuccess:
    """The text is shared."""

    post: Post = strawberry.field(description="The new post.")


@strawberry.input
class EditPostInput(MutationInput):
    """What `editPost` needs."""

    post_id: strawberry.ID = strawberry.field(description="The post, which must be yours.")
    content: str | None = strawberry.field(
        default=strawberry.UNSET, description="The text, 1 to 5,000 characters."
    )
    audience: PostAudience | None = strawberry.field(
        default=strawberry.UNSET, description="For whom it is."
    )


@strawberry.type
class EditPostSuccess:
    """The post is like this now."""

    post: Post = strawberry.field(description="The post.")


@strawberry.input
class DeletePostInput(MutationInput):
    """What `deletePost` needs."""

    post_id: strawberry.ID = strawberry.field(description="The post, which must be yours.")


@strawberry.type
class DeletePostSuccess:
    """The post is gone."""

    deleted_post_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type
class PostQueries:
    """What can be asked about posts."""

    post: Post | None = resolve(resolvers.post)


@strawberry.type
class PostMutations:
    """What can be done with posts."""

    create_post = mutation(
        resolvers.create_post,
        input=CreatePostInput,
        returns=CreatePostSuccess,
        refuses=(InvalidInput,),
    )
    edit_post = mutation(
        resolvers.edit_post,
        input=EditPostInput,
        returns=EditPostSuccess,
        refuses=(NotFound, NotAllowed, InvalidInput),
    )
    delete_post = mutation(
        resolvers.delete_post,
        input=DeletePostInput,
        returns=DeletePostSuccess,
        refuses=(NotFound, NotAllowed),
    )
