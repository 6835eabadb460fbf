"""`kith doctor`: what is reachable and configured, and the fix for what is not."""

import asyncio

from rich.table import Table
from rich.text import Text

from commands import checks
from commands.checks import Finding, State
from commands.failures import CommandFailed
from commands.terminal import console
from settings import SettingsError, get_settings

_STYLES = {State.GOOD: "green", State.NOTE: "yellow", State.BAD: "red"}


def examine() -> None:
    """Look at everything that Kith needs and show it as a table.

    Raises:
        CommandFailed: Kith does not work as it is set up; the table says why.
    """
    findings = asyncio.run(_findings())
    table = Table("", "", box=None, pad_edge=False)
    table.add_column("What was found", overflow="fold")
    table.add_column("What to do", overflow="fold")
    for finding in findings:
        state = Text(finding.state.value, _STYLES[finding.state])
        table.add_row(finding.thing, state, Text(finding.text), Text(finding.fix))
    console.print(table)
    if any(finding.state is State.BAD for finding in findings):
        raise CommandFailed("Kith does not work as it is set up: see what is broken above.")


async def _findings() -> list[Finding]:
    try:
        settings = get_settings()
    except SettingsError as error:
        fix = "Correct them in the environment or in .env; .env.example describes all of them."
        return [Finding("Settings", State.BAD, "\n".join(error.problems), fix)]
    found = Finding("Settings", State.GOOD, f"for {settings.environment}")
    return [found, *[finding async for finding in checks.look(settings)]]
