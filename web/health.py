"""Health and metrics: whether the process lives, and whether it can serve."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], Awaitable[object]]
"""Raises when the thing that it checks does not answer."""

_PATIENCE_SECONDS = 2.0
# Anybody may ask, as often as they like; the stores are asked once in this time.
_FRESH_SECONDS = 1.0


def routes(
    required: Mapping[str, Check],
    optional: Mapping[str, Check],
    measured: Mapping[str, Check] | None = None,
) -> APIRouter:
    """Make the routes `/health`, `/livez`, `/health/ready`, `/readyz` and `/metrics`.

    Args:
        required: what the server cannot serve without, by name.
        optional: what it can do without for a while, by name.
        measured: what sets metrics before they are told, by name; what fails leaves them as they
            were.
    """
    router = APIRouter(include_in_schema=False)
    latest, measures = _Latest({**required, **optional}), _Latest(measured or {})

    @router.get("/health")
    @router.get("/livez")
    async def alive() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/health/ready")
    @router.get("/readyz")
    async def ready() -> JSONResponse:
        states = await latest.states()
        serving = all(states[name] == "ok" for name in required)
        degraded = serving and any(state != "ok" for state in states.values())
        status = "degraded" if degraded else "ok" if serving else "unavailable"
        return JSONResponse({"status": status, "checks": states}, 200 if serving else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        await measures.states()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


class _Latest:
    """What the checks say, made once for all who ask within a second."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._asked: asyncio.Future[dict[str, str]] | None = None
        self._fresh_until = 0.0

    async def states(self) -> dict[str, str]:
        """Give what each check says, by its name."""
        now = asyncio.get_running_loop().time()
        if self._asked is None or (self._asked.done() and now >= self._fresh_until):
            self._asked = asyncio.ensure_future(_states(self._checks))
            self._fresh_until = now + _FRESH_SECONDS
        # Who goes away while the stores are asked takes the answer from nobody else.
        return await asyncio.shield(self._asked)


async def _states(checks: Mapping[str, Check]) -> dict[str, str]:
    states = await asyncio.gather(*(_state(check) for check in checks.values()))
    return dict(zip(checks, states, strict=True))


async def _state(check: Check) -> str:
    try:
        await asyncio.wait_for(check(), _PATIENCE_SECONDS)
    except TimeoutError:
        return f"no answer within {_PATIENCE_SECONDS:g} s"
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is not ready
        # Its message may hold addresses and passwords; anybody may read this.
        return f"unavailable: {type(error).__name__}"
    return "ok"
