"""The feed: what the people around a viewer share."""

import strawberry

from dataloaders import feed
from schema.building import loaded
from schema.connections import Connection
from schema.posts import Post


@strawberry.type
class FeedOfViewer:
    """What the people around the viewer share."""

    feed: Connection[Post] = loaded(
        feed.of_viewer,
        key="profile_id",
        description=(
            "Posts of your matches, of people whom you follow, and your own, newest first, as far "
            "as they are for you."
        ),
    )
