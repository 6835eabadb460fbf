"""A Strawberry peer as documented: FastAPI, SQLAlchemy's ORM with sessions, DataLoader."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
import strawberry
from fastapi import FastAPI, Header
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import aliased
from strawberry.fastapi import GraphQLRouter

from benchmarks.peers.serving import serve
from benchmarks.peers.strawberry_schema import Loaders, Query
from persistence import models
from persistence.queries import feed, messages, posts, visibility
from persistence.queries.conversations import is_open
from persistence.statements import one_of

Member, Companion = models.ConversationMember, models.Companion


def _page(model: Any, base: Any, owner: Any, *order: Any) -> Any:
    """Entities of many owners, so many of each: a lateral join, as Kith's own statement has it."""
    keys = sa.func.unnest(sa.bindparam("keys", type_=sa.ARRAY(sa.Uuid()))).table_valued(
        sa.column("owner_key", sa.Uuid()), name="owners"
    )
    keys = keys.render_derived()
    page = base.where(owner == keys.c.owner_key).order_by(*order)
    page = page.limit(sa.bindparam("limit", type_=sa.Integer)).lateral("page")
    return sa.select(aliased(model, page)).select_from(keys).join(page, sa.true())


_AROUND: Any = feed.of_viewer.parts

STATEMENTS: dict[str, Any] = {
    "feed": _page(
        models.Post,
        sa.select(models.Post).where(models.Post.author_id.in_(_AROUND)),
        visibility.viewer_id(),
        models.Post.post_id.desc(),
    ),
    "posts": _page(
        models.Post, posts.of_author.select, models.Post.author_id, models.Post.post_id.desc()
    ),
    "messages": _page(
        models.Message,
        messages.of_conversation.select.where(is_open(models.Message.conversation_id)),
        models.Message.conversation_id,
        models.Message.position.desc(),
    ),
    "profiles": sa.select(models.Profile).where(
        one_of(models.Profile.profile_id, "keys"), visibility.may_see(models.Profile.profile_id)
    ),
    "companions": sa.select(Companion)
    .where(one_of(Companion.profile_id, "keys"), visibility.may_see(Companion.profile_id))
    .order_by(Companion.companion_id),
    "conversations": sa.select(models.Conversation).where(
        one_of(models.Conversation.conversation_id, "keys"),
        is_open(models.Conversation.conversation_id),
    ),
    "members": _page(
        Member,
        sa.select(Member).where(is_open(Member.conversation_id)),
        Member.conversation_id,
        Member.joined_at,
        Member.profile_id,
    ),
}


def application(database_url: str) -> FastAPI:
    """Make the server."""
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://"))
    new_session = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)

    async def read(question: str, viewer: UUID, keys: Sequence[Any], limit: int) -> Sequence[Any]:
        # DataLoaders run at the same time, and a session must not: each load opens its own.
        values = {"keys": list(keys), "viewer_id": viewer, "limit": limit}
        async with new_session() as session:
            return (await session.scalars(STATEMENTS[question], values)).all()

    def context(x_viewer: Annotated[UUID, Header()]) -> dict[str, Loaders]:
        return {"loaders": Loaders(read, x_viewer)}

    app = FastAPI()
    router: GraphQLRouter[Any, Any] = GraphQLRouter(
        strawberry.Schema(Query), context_getter=context
    )
    app.include_router(router, prefix="/graphql")
    return app


if __name__ == "__main__":
    serve(application(os.environ["DATABASE_URL"]), int(sys.argv[1]))
