"""Posts: what people share."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from dataloaders import profiles
from domain.refusals import InvalidInput, NotFound
from persistence import models
from resolvers import posts as resolvers
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.nodes import Node

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@view_of(models.Post)
class Post(Node):
    """A short text that a person shares with those who may see them."""

    content: str = strawberry.field(description="The text, 1 to 5,000 characters.")
    created_at: datetime = strawberry.field(description="When it was shared.")
    author: ProfileView | None = loaded(
        profiles.by_ids, key="author_id", description="Who wrote it."
    )


@strawberry.input
class CreatePostInput(MutationInput):
    """What `createPost` needs."""

    content: str = strawberry.field(description="The text, 1 to 5,000 characters.")


@strawberry.type
class CreatePostSuccess:
    """The text is shared."""

    post: Post = strawberry.field(description="The new post.")


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
    delete_post = mutation(
        resolvers.delete_post,
        input=DeletePostInput,
        returns=DeletePostSuccess,
        refuses=(NotFound,),
    )
