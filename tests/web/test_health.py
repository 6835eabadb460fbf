"""Health: whether the process lives, and whether it can serve."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from web import health

LIVE = ["/health", "/livez"]
READY = ["/health/ready", "/readyz"]
SECRET = "postgresql://kith:tops3cret@db.internal/kith"


async def fine():
    return 1


async def refused():
    raise ConnectionRefusedError(f"cannot connect to {SECRET}")


async def frozen():
    await asyncio.Event().wait()


def client(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost")


async def asked(*, required, optional):
    app = FastAPI()
    app.include_router(health.routes(required=required, optional=optional))
    async with client(app) as http:
        return await http.get("/readyz")


@pytest.mark.parametrize("path", LIVE)
async def test_a_process_that_answers_lives(http, path):
    response = await http.get(path)
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", READY)
async def test_a_process_whose_stores_answer_is_ready(http, path):
    response = await http.get(path)
    assert response.status_code == 200
    checks = {"database": "ok", "redis": "ok", "vectors": "ok"}
    assert response.json() == {"status": "ok", "checks": checks}


async def test_without_its_database_it_lives_and_is_not_ready(serve):
    async with serve() as http:
        await http.app.state.services.database.close()
        ready, live = await http.get("/readyz"), await http.get("/livez")
    assert (ready.status_code, live.status_code) == (503, 200)
    assert ready.json()["status"] == "unavailable"
    assert ready.json()["checks"]["database"].startswith("unavailable: ")
    assert ready.json()["checks"]["redis"] == "ok"


async def test_without_redis_it_goes_on(serve):
    async with serve(redis_url="unix:///nonexistent/valkey") as http:
        response = await http.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["checks"]["redis"].startswith("unavailable: ")


async def test_what_is_wrong_is_named_and_no_secret_told():
    response = await asked(required={"database": refused}, optional={"redis": fine})
    assert response.status_code == 503
    checks = {"database": "unavailable: ConnectionRefusedError", "redis": "ok"}
    assert response.json() == {"status": "unavailable", "checks": checks}
    assert "tops3cret" not in response.text
    assert "db.internal" not in response.text


async def test_a_store_that_never_answers_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 0.01)
    response = await asked(required={"database": fine}, optional={"redis": frozen})
    assert response.status_code == 200
    checks = {"database": "ok", "redis": "no answer within 0.01 s"}
    assert response.json() == {"status": "degraded", "checks": checks}


async def test_however_many_ask_the_stores_are_asked_once_in_a_while():
    asked = []

    async def counted():
        asked.append(len(asked))
        await asyncio.sleep(0)

    app = FastAPI()
    app.include_router(health.routes(required={"database": counted}, optional={}))
    async with client(app) as http:
        answers = await asyncio.gather(*(http.get("/readyz") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
    assert asked == [0]


async def test_the_stores_are_asked_anew_after_a_while(monkeypatch):
    monkeypatch.setattr(health, "_FRESH_SECONDS", 0.0)
    answers = iter((fine, refused))

    async def changing():
        await next(answers)()

    app = FastAPI()
    app.include_router(health.routes(required={"database": changing}, optional={}))
    async with client(app) as http:
        assert [(await http.get("/readyz")).status_code for _ in range(2)] == [200, 503]


@pytest.mark.parametrize("path", [*LIVE, *READY, "/metrics"])
async def test_probes_need_neither_a_known_host_nor_tls(serve, path):
    async with serve(force_https=True) as http:
        response = await http.get(path, headers={"Host": "10.0.0.7:8000"})
    assert response.status_code == 200
