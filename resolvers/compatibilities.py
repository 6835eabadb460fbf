"""Compatibilities: how well the viewer and others fit, from what the database says now."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.features import features_of
from matching.reciprocity import compatibility
from matching.weights import active_model
from persistence.queries import profile_vectors, profiles
from resolvers.context import Context


async def compatibility_with(context: Context, profile_id: UUID) -> float | None:
    """Score the viewer and another person from both sides, 0 to 100, by their profiles alone.

    It is the same for both of them, and so tells neither what decisions taught about the other.

    Returns:
        None when the viewer may not see the person.
    """
    ids = [context.signed_in.profile_id, profile_id]
    rows = await context.database.fetch(
        profiles.matching_rows, ids=ids, viewer_id=context.viewer_id
    )
    people = {row.profile_id: features_of(row) for row in rows}
    if len(people) < 2:
        return None
    vectors = await vectors_of(context, ids)
    # Vectors have length 1: their product is the cosine.
    similarity = float(vectors[ids[0]] @ vectors[ids[1]]) if len(vectors) == 2 else None
    active = (await active_model(context.database)).for_person(ids[0])
    score = compatibility(
        *(people[key] for key in ids),
        similarity=similarity,
        now=datetime.now(UTC),
        model=active.model,
    )
    return score.value


async def vectors_of(context: Context, ids: Sequence[UUID]) -> dict[UUID, NDArray[np.float32]]:
    """Give the kept vectors of people, as far as they are embedded by the present model."""
    version = (await context.services.builder.index()).model_version
    rows = await context.database.fetch(
        profile_vectors.by_profiles, ids=list(ids), model_version=version
    )
    return {row.profile_id: np.asarray(row.vector, dtype=np.float32) for row in rows}
