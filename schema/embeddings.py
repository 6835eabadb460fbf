"""Embeddings: the versions of the model that turns texts into vectors, for staff."""

from datetime import datetime
from typing import Any

import strawberry

from domain.embeddings import EmbeddingVersionState
from domain.refusals import Conflict, NotFound
from persistence import models
from resolvers import embeddings as resolvers
from resolvers import guards
from schema.building import MutationInput, mutation, resolve, view_of
from schema.scalars import shown_enum

shown_enum(
    EmbeddingVersionState,
    ACTIVE="Decks use it.",
    NEXT="Everybody gets, or has, a vector of it; it can be switched to when that is done.",
    PREVIOUS="Decks used it before; it is kept up to date, so that it can be gone back to.",
    DROPPED="Its vectors are being removed.",
)


@view_of(models.EmbeddingVersion)
class EmbeddingVersion:
    """A version of the embedding model. Vectors of two versions are never compared."""

    name: str = strawberry.field(description="The model and its runtime.")
    dimensions: int = strawberry.field(description="How many numbers a vector has.")
    compared_overlap: float | None = strawberry.field(
        description=(
            "Which share of the 20 nearest people it had in common with the active version, for a "
            "sample, when they were compared; null before."
        )
    )
    compared_rank_correlation: float | None = strawberry.field(
        description="How alike both ordered the sample by nearness, 1 the same; null before."
    )
    started_at: datetime = strawberry.field(description="When people began to get vectors of it.")
    changed_at: datetime = strawberry.field(description="Since when it is in its state.")

    @strawberry.field(description="Where it stands.")
    def state(root: strawberry.Parent[Any]) -> EmbeddingVersionState:
        return EmbeddingVersionState(root.state)

    @strawberry.field(description="Which share of the people have a vector of it, 0 to 1.")
    def progress(root: strawberry.Parent[Any]) -> float:
        return progress_of(root)


def progress_of(version: Any) -> float:
    """Give which share of the people have a vector of a version, 0 to 1."""
    if version.completed_at is not None:
        return 1.0
    return version.done_count / version.total_count if version.total_count else 0.0


@strawberry.type
class EmbeddingQueries:
    """What staff can ask about the embedding model."""

    embedding_versions: list[EmbeddingVersion] = resolve(
        resolvers.embedding_versions, guard=guards.staff
    )


@strawberry.input
class StartEmbeddingVersionInput(MutationInput):
    """What `startEmbeddingVersion` needs."""

    name: str = strawberry.field(
        description="The version: `all-MiniLM-L6-v2@1`, `all-MiniLM-L6-v2@1-int8`, or MODEL@SIZE "
        "of the embedding API."
    )


@strawberry.type
class StartEmbeddingVersionSuccess:
    """The version is coming."""

    version: EmbeddingVersion = strawberry.field(description="The version.")


@strawberry.input
class SwitchEmbeddingVersionInput(MutationInput):
    """What `switchEmbeddingVersion` needs."""

    name: str = strawberry.field(description="The version, whose progress is 1.")


@strawberry.type
class SwitchEmbeddingVersionSuccess:
    """Decks use the version."""

    version: EmbeddingVersion = strawberry.field(description="The version.")


@strawberry.input
class RollBackEmbeddingVersionInput(MutationInput):
    """What `rollBackEmbeddingVersion` takes."""


@strawberry.type
class RollBackEmbeddingVersionSuccess:
    """Decks use the version again."""

    version: EmbeddingVersion = strawberry.field(description="The version.")


@strawberry.type
class EmbeddingMutations:
    """What staff can do about the embedding model."""

    start_embedding_version = mutation(
        resolvers.start_embedding_version,
        input=StartEmbeddingVersionInput,
        returns=StartEmbeddingVersionSuccess,
        refuses=(Conflict,),
        guard=guards.staff,
    )
    switch_embedding_version = mutation(
        resolvers.switch_embedding_version,
        input=SwitchEmbeddingVersionInput,
        returns=SwitchEmbeddingVersionSuccess,
        refuses=(NotFound, Conflict),
        guard=guards.staff,
    )
    roll_back_embedding_version = mutation(
        resolvers.roll_back_embedding_version,
        input=RollBackEmbeddingVersionInput,
        returns=RollBackEmbeddingVersionSuccess,
        refuses=(Conflict,),
        guard=guards.staff,
    )
