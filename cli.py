"""The command line of Kith: how every command is called."""

import sys
from typing import Annotated

import typer

app = typer.Typer(
    name="kith",
    help="Kith, the GraphQL backend for apps where people meet people.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Fail when the committed file differs.")
    ] = False,
) -> None:
    """Write schema/schema.graphql from the code."""
    from commands import schema as printed

    if check:
        printed.check()
    else:
        printed.write()


@app.command()
def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Prove the migrations on fresh stores instead.")
    ] = False,
    down: Annotated[bool, typer.Option("--down", help="Remove every table instead.")] = False,
) -> None:
    """Bring the database to the newest revision."""
    from commands import database

    if check:
        database.check()
    elif down:
        database.take_down()
    else:
        database.migrate()


def main() -> None:
    """Run the command line; what goes wrong outside Kith ends in one sentence and exit code 1."""
    try:
        app(prog_name="kith")
    except Exception as error:
        from commands import failures

        sentence = failures.sentence_of(error)
        if sentence is None:
            raise
        sys.stderr.write(f"{sentence}\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
