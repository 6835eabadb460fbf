"""The command line of Kith: how every command is called."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands.loading import loading

app = typer.Typer(
    name="kith",
    help="Kith, the GraphQL backend for apps where people meet people.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

embeddings = typer.Typer(name="embeddings")
app.add_typer(embeddings)
staff = typer.Typer(name="staff")
app.add_typer(staff)


class ReportFormat(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"


People = Annotated[int, typer.Option(min=1, help="How many people a new demo world has.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same people.")]
Version = Annotated[str, typer.Argument(help="The version, as `kith embeddings` shows it.")]
Login = Annotated[str, typer.Argument(help="The e-mail address or username of an account.")]
Host = Annotated[
    str | None, typer.Option(help="Address to listen on; HOST unless given.", show_default=False)
]
Port = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, help="Port to listen on; PORT unless given, 0 takes a free one."
    ),
]


@app.command()
def up(
    host: Host = None,
    port: Port = None,
    people: People = 500,
    seed: Seed = 7,
    no_seed: Annotated[
        bool, typer.Option("--no-seed", help="Leave an empty database empty.")
    ] = False,
) -> None:
    """Start everything in one process and serve, with embedded stores where none are set."""
    with loading():
        from commands import up as everything

    everything.up(host=host, port=port, people=people, seed=None if no_seed else seed)


@app.command()
def serve(
    host: Host = None,
    port: Port = None,
    workers: Annotated[int, typer.Option(min=1, help="How many processes share the port.")] = 1,
) -> None:
    """Serve the API on stores that are set, as one of several programs."""
    with loading():
        from commands import serve as api

    api.serve(host=host, port=port, processes=workers)


@app.command()
def worker(
    concurrency: Annotated[
        int, typer.Option(min=1, help="How many processes run jobs, each one at a time.")
    ] = 2,
) -> None:
    """Work on jobs, on stores that are set."""
    from commands import jobs

    jobs.work(concurrency=concurrency)


@app.command()
def beat() -> None:
    """Hand out the jobs of the schedule; run one or more: each job starts once."""
    from commands import jobs

    jobs.keep_time()


@app.command()
def relay() -> None:
    """Hand what has happened to the jobs that follow from it; run any number of these."""
    from commands import jobs

    jobs.relay()


@app.command()
def doctor() -> None:
    """Say what is reachable and configured, with the fix for what is not."""
    from commands import doctor as physician

    physician.examine()


@app.command()
def seed(people: People = 500, seed: Seed = 7) -> None:
    """Fill an empty database with a demo world."""
    from commands import seeding

    seeding.seed(people=people, seed=seed)


@app.command()
def reindex() -> None:
    """Bring everybody in the vector index up to date, and what they made."""
    from commands import seeding

    seeding.reindex()


@embeddings.callback(invoke_without_command=True)
def versions(context: typer.Context) -> None:
    """Show the versions of the embedding model, or change from one to another."""
    if context.invoked_subcommand is None:
        from commands import embeddings as changing

        changing.show()


@embeddings.command()
def start(
    name: Version,
    wait: Annotated[bool, typer.Option(help="Show the progress until all are done.")] = True,
) -> None:
    """Begin to embed everybody by another version; decks go on with the present one."""
    from commands import embeddings as changing

    changing.start(name, waits=wait)


@embeddings.command()
def compare(name: Version) -> None:
    """Say how alike a version and the active one order people by nearness."""
    from commands import embeddings as changing

    changing.compare(name)


@embeddings.command()
def switch(name: Version) -> None:
    """Let decks use a version, once everybody is embedded by it."""
    from commands import embeddings as changing

    changing.switch(name)


@embeddings.command()
def rollback() -> None:
    """Let decks use the version again that they used before the last switch."""
    from commands import embeddings as changing

    changing.roll_back()


@embeddings.command()
def drop(name: Version) -> None:
    """Give up a version that decks do not use, and remove its vectors."""
    from commands import embeddings as changing

    changing.drop(name)


@staff.callback(invoke_without_command=True)
def shown_staff(context: typer.Context) -> None:
    """Show who is staff, or let somebody be."""
    if context.invoked_subcommand is None:
        from commands import accounts

        accounts.show_staff()


@staff.command("add")
def add_staff(login: Login) -> None:
    """Let somebody use what is for staff."""
    from commands import accounts

    accounts.set_staff(login, is_staff=True)


@staff.command("remove")
def remove_staff(login: Login) -> None:
    """Let somebody use what is for staff no more."""
    from commands import accounts

    accounts.set_staff(login, is_staff=False)


@app.command()
def suspend(login: Login) -> None:
    """Sign somebody out everywhere, keep them out and hide them from everybody."""
    from commands import accounts

    accounts.set_active(login, is_active=False)


@app.command()
def restore(login: Login) -> None:
    """Let somebody in again who was suspended."""
    from commands import accounts

    accounts.set_active(login, is_active=True)


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
def explain(
    file: Annotated[Path, typer.Argument(help="The file with the operation.")],
    variables: Annotated[
        str | None, typer.Option(help="Their values as a JSON object.", show_default=False)
    ] = None,
    operation: Annotated[
        str | None,
        typer.Option(help="Its name, where the file has several.", show_default=False),
    ] = None,
) -> None:
    """Show the plan and the cost of an operation, without running it."""
    from commands import explain as explanation

    explanation.show(file, variables=variables, operation=operation)


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="Decisions of people about people, as CSV.")],
    output: Annotated[
        ReportFormat, typer.Option("--format", help="How the report is written.")
    ] = ReportFormat.TABLE,
    seed: Annotated[int, typer.Option(help="Of random order and of the intervals.")] = 0,
) -> None:
    """Judge the ranking by decisions that were made, each predicted before it is learned."""
    with loading():
        from commands import replay as replaying

    replaying.judge(file, as_json=output is ReportFormat.JSON, seed=seed)


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
