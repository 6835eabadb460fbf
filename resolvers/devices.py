"""Devices: what a client does with them."""

from typing import Any

from domain import devices
from domain.devices import Platform, PushProvider
from resolvers import ids
from resolvers.context import Context


async def register_device(
    context: Context, *, token: str, platform: Platform, provider: PushProvider | None = None
) -> dict[str, Any]:
    """Let the device of this session get pushes; call it at each start of the app.

    A token belongs to who registered it last, and a session has one: the last. Signing out ends it.
    """
    async with context.write() as tx:
        device = await devices.register_device(
            tx, context.signed_in, token=token, platform=platform, provider=provider
        )
        return tx.answer({"device": device})


async def unregister_device(context: Context, *, device_id: str) -> dict[str, Any]:
    """Let one of your devices get no more pushes; it stays signed in."""
    async with context.write() as tx:
        key = ids.decode(device_id, "Device")
        await devices.unregister_device(tx, context.signed_in, device_id=key)
        return tx.answer({"removed_device_id": device_id})
