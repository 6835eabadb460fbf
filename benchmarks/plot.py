"""The plot of the peers: CPU for one request, the server's and PostgreSQL's, as bars."""

from pathlib import Path

from matplotlib import pyplot as plt

from benchmarks.report import Table

_SERVER, _DATABASE, _OURS = "#8fa3bf", "#d9dee6", "#e4572e"


def draw(table: Table, path: Path, *, ours: str) -> None:
    """Write a PNG.

    Args:
        table: the figures.
        path: of the file; its folder is made when missing.
        ours: the contender to stand out.
    """
    figure, all_axes = plt.subplots(
        1, len(table), figsize=(4.2 * len(table), 3.2), squeeze=False, layout="constrained"
    )
    for place, (operation, figures) in enumerate(table.items()):
        axes = all_axes[0][place]
        names = list(figures)[::-1]  # bars grow upwards
        server = [figures[name].server_us / 1000 for name in names]
        database = [figures[name].database_us / 1000 for name in names]
        colours = [_OURS if name == ours else _SERVER for name in names]
        axes.barh(names, server, color=colours)
        axes.barh(names, database, left=server, color=_DATABASE)
        for row, (ms, more) in enumerate(zip(server, database, strict=True)):
            axes.annotate(f" {ms:.2f}", (ms + more, row), va="center", fontsize=7)
        axes.set_title(operation, fontsize=10)
        axes.tick_params(labelsize=7, left=False, labelleft=place == 0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.margins(x=0.15)
    figure.supxlabel(
        "CPU for one request in milliseconds: the server's (dark, labelled) and PostgreSQL's",
        fontsize=8,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=160)
    plt.close(figure)
