"""The feed in batches."""

from dataloaders.connections import connection
from persistence.queries import feed

of_viewer = connection(feed.of_viewer)
