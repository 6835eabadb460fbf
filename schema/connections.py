"""Connections: long lists in pages, as Relay defines them."""

from typing import Any, Generic, TypeVar

import strawberry

NodeType = TypeVar("NodeType")


@strawberry.type
class PageInfo:
    """Where a page is in its list."""

    has_next_page: bool = strawberry.field(description="Whether more items follow the page.")
    has_previous_page: bool = strawberry.field(description="Whether items precede the page.")
    start_cursor: str | None = strawberry.field(description="The first item's cursor.")
    end_cursor: str | None = strawberry.field(description="The last item's cursor.")


class _Place:
    """Where a page is, as `PageInfo` shows it; cursors are signed when somebody asks for them."""

    def __init__(self, page: Any) -> None:
        self._page = page

    @property
    def has_next_page(self) -> bool:
        return self._page.page.has_next  # type: ignore[no-any-return]

    @property
    def has_previous_page(self) -> bool:
        return self._page.page.has_previous  # type: ignore[no-any-return]

    @property
    def start_cursor(self) -> str | None:
        rows = self._page.rows
        return self._page.cursor_of(rows[0]) if rows else None

    @property
    def end_cursor(self) -> str | None:
        rows = self._page.rows
        return self._page.cursor_of(rows[-1]) if rows else None


@strawberry.type
class Edge(Generic[NodeType]):
    """An item of a list and its place."""

    cursor: str = strawberry.field(description="The item's place; give it as `after` or `before`.")
    node: NodeType = strawberry.field(description="The item.")


@strawberry.type
class Connection(Generic[NodeType]):
    """A page of a list."""

    @strawberry.field(description="The items with their cursors.")
    def edges(root: strawberry.Parent[Any]) -> list[Edge[NodeType]]:
        return [Edge(cursor=root.cursor_of(row), node=row) for row in root.rows]

    @strawberry.field(description="The items.")
    def nodes(root: strawberry.Parent[Any]) -> list[NodeType]:
        return root.rows  # type: ignore[no-any-return]

    @strawberry.field(description="Where this page is.")
    def page_info(root: strawberry.Parent[Any]) -> PageInfo:
        # A view shows any object that has its attributes.
        return _Place(root)  # type: ignore[return-value]

    @strawberry.field(
        description=(
            "How many items the whole list has, up to 1,000 where it says so; counted only when "
            "asked."
        )
    )
    async def total_count(root: strawberry.Parent[Any], info: strawberry.Info) -> int:
        return await info.context.load(root.counts, root.owner)  # type: ignore[no-any-return]
