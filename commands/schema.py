"""`kith schema`: the printed schema, written or compared."""

import difflib
from pathlib import Path

import schema
from commands.failures import CommandFailed
from commands.terminal import console
from schema import root

PATH = Path(schema.__file__).parent / "schema.graphql"


def write() -> None:
    """Write the schema's SDL to schema/schema.graphql."""
    PATH.write_text(root.printed(), encoding="utf-8")
    console.print(f"Wrote {PATH}.", soft_wrap=True)


def check() -> None:
    """Compare the committed SDL with the code.

    Raises:
        CommandFailed: they differ; the unified diff was printed.
    """
    committed = PATH.read_text(encoding="utf-8") if PATH.exists() else ""
    printed = root.printed()
    if committed == printed:
        console.print("schema/schema.graphql is what the code says.")
        return
    diff = difflib.unified_diff(
        committed.splitlines(keepends=True),
        printed.splitlines(keepends=True),
        "schema/schema.graphql",
        "the code",
    )
    console.out("".join(diff), end="", highlight=False)
    raise CommandFailed("schema/schema.graphql differs from the code: run `kith schema`.")
