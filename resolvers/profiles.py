"""Profiles: what a client asks and does with them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated, Any

import strawberry

from domain import availability, profiles, texts
from domain.availability import Availability
from domain.refusals import InvalidInput
from matching.embeddings import LocalEmbedder
from matching.nearest import NearestTerms
from matching.profile_text import TEXT_LIMIT, ParsedProfile, parse_profile
from matching.vocabulary import BY_KIND, Kind, Term
from persistence.rows import Row
from resolvers import nodes
from resolvers.context import Context
from resolvers.words import keyed

# However many ask, one text is read at a time: others have the rest of the machine.
_reader = ThreadPoolExecutor(1, thread_name_prefix="previews")


async def profile(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The person's profile.")],
) -> Row | None:
    """A person by the id of their profile; null when missing or hidden from you."""
    return await nodes.of_type(context, id, "Profile")


async def preview_profile(
    context: Context,
    *,
    text: Annotated[
        str, strawberry.argument(description="What a person writes of themselves, 1 to 5,000.")
    ],
) -> ParsedProfile:
    """What a free text says about its writer, to be corrected and then saved; saves nothing."""
    if problems := texts.length_problems("text", text.strip(), least=1, most=TEXT_LIMIT):
        raise InvalidInput(problems)
    embedder = context.services.embedder.configured
    # How near is near enough was measured with the model here: another one would find nonsense.
    # And what somebody has not saved yet is nobody else's to read.
    similarity = _nearest_terms(embedder) if isinstance(embedder, LocalEmbedder) else None
    read = partial(parse_profile, text, similarity=similarity)
    return await asyncio.get_running_loop().run_in_executor(_reader, read)


@lru_cache(maxsize=1)
def _nearest_terms(embedder: LocalEmbedder) -> NearestTerms:
    # It embeds the vocabulary once, on the first phrase that the vocabulary does not name.
    return NearestTerms(embedder.embed_now)


async def profile_terms(
    context: Context,
    *,
    kind: Annotated[Kind, strawberry.argument(description="For which list of a profile.")],
) -> list[Term]:
    """The words that are known for a list of a profile, with what people read for them."""
    return list(BY_KIND[kind])


async def update_profile(context: Context, **given: Any) -> dict[str, Any]:
    """Change what you show of yourself; what you leave out stays, null takes it back."""
    minimum_age = context.services.settings.minimum_age
    async with context.write() as tx:
        changed = await profiles.update_profile(
            tx, context.signed_in, minimum_age=minimum_age, **keyed(given)
        )
        return tx.answer({"profile": changed})


async def set_availability(
    context: Context, *, status: Availability | None = None, until: datetime | None = None
) -> dict[str, Any]:
    """Say when you have time, and until when that holds; without a status you take it back."""
    async with context.write() as tx:
        changed = await availability.set_availability(
            tx, context.signed_in, status=status, until=until
        )
        return tx.answer({"profile": changed})
