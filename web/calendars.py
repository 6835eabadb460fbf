"""Calendars, as programs read them: by a secret address, without signing in."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from domain import calendars
from execution.requests import RequestRefused
from persistence.queries import calendars as queries
from resolvers.services import Services
from web.gate import CountingGate

_HEADERS = {
    # Programs ask again and again; nobody in between keeps what is somebody's own.
    "Cache-Control": "private, max-age=900",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def routes(services: Services, gate: CountingGate) -> APIRouter:
    """Make the route `GET /calendar.ics`, whose token is in the query, which no log has."""
    router = APIRouter(include_in_schema=False)

    @router.get("/calendar.ics")
    async def read(request: Request, token: Annotated[str, Query(max_length=100)]) -> Response:
        try:
            gate.request_from(gate.address_of(request))
        except RequestRefused as refusal:
            return Response(refusal.message, refusal.status, refusal.headers, "text/plain")
        owner_id = calendars.owner_of(token)
        database, now = services.database, datetime.now(UTC)
        mine = {"viewer_id": owner_id}
        calendar = await database.one(queries.own, **mine) if owner_id else None
        if not calendars.is_good(token, calendar, services.secrets.codes):
            return Response("There is no such calendar.", 404, media_type="text/plain")
        since, limit = now - calendars.PAST, calendars.MOST_EVENTS
        events = await database.fetch(queries.events_of, **mine, since=since, limit=limit)
        text = await asyncio.to_thread(calendars.ics_of, events, now=now)
        return Response(text, headers=_HEADERS, media_type="text/calendar; charset=utf-8")

    return router
