"""Profiles: how people show themselves to others."""

import strawberry

from dataloaders import posts
from persistence import models
from schema.building import loaded, view_of
from schema.connections import Connection
from schema.nodes import Node
from schema.posts import Post


@view_of(models.Profile)
class Profile(Node):
    """How a person shows themselves to others."""

    display_name: str = strawberry.field(description="The name that others see.")
    bio: str = strawberry.field(description="About the person, in their own words.")
    posts: Connection[Post] = loaded(
        posts.of_author, key="profile_id", description="What the person shares, newest first."
    )
