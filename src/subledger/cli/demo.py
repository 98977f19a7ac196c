"""``subledger demo``: real books in an empty database, their ageing and their proof,
and the pages on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from subledger.cli.administration import apply_migrations
from subledger.cli.checking import print_findings
from subledger.cli.reporting import print_table
from subledger.cli.runtime import books
from subledger.cli.serving import refuse_taken_port, serve_until_stopped

if TYPE_CHECKING:
    from subledger.imports.report import Progress as Tell

SHOWN_AS_OF = date(2013, 6, 30)


def demo(
    exit_: Annotated[bool, typer.Option("--exit", help="Stop after printing the results.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Make the demo's companies in an empty database, print what their books say, and serve the pages."""
    if not exit_:
        refuse_taken_port(host, port)
    with books():
        apply_migrations(verbosity=0)
        from subledger.demo.books import PASSWORD, USER, make_demo

        with _progress() as tell:
            made = make_demo(progress=tell)
        if not made:
            typer.echo("The demo's companies are there already.")
        broken = print_results() if made or exit_ else 0
        typer.echo(f"\nLog in as {USER} with password {PASSWORD}.")
        if broken:
            raise typer.Exit(1)
        if not exit_:
            serve_until_stopped(host, port)


def print_results() -> int:
    """Ageing, totals and proof of the demo's books; how many rows break an invariant."""
    from subledger.demo.books import SAMPLE, STORIES, demo_company
    from subledger.platform.scope import company_scope
    from subledger.reports.catalogue import report_named
    from subledger.reports.invariants.catalogue import prove

    broken = 0
    for at, code in enumerate((SAMPLE, STORIES)):
        company = demo_company(code)
        typer.secho(f"\n{company.name}", bold=True)
        with company_scope(company.pk):
            ageing = report_named("aged-receivables")
            if code == SAMPLE:
                print_table(ageing.title, ageing.run(as_of=SHOWN_AS_OF))
                _print_totals()
            else:
                print_table(ageing.title, ageing.run(as_of=date(2026, 5, 31)))
            typer.echo()
            broken += print_findings("subledger check", prove(everywhere=at == 0))
    return broken


def _print_totals() -> None:
    """Everything ever posted to the company in scope, and what is left of it today."""
    from subledger.kernel.money import to_decimal
    from subledger.reports.catalogue import report_named

    everything = report_named("transactions").run(**{"from": date(1900, 1, 1)}).as_dicts()
    left = sum(row["total"] for row in report_named("aged-receivables").run().as_dicts())
    grid = Grid(box=None, pad_edge=False, header_style="bold", title="Totals today", title_justify="left")
    for head in ("", "Number", "USD"):
        grid.add_column(head, justify="right" if head else "left")
    for name in ("invoice", "payment"):
        rows = [row for row in everything if row["classification"] == name]
        total = sum(row["debit"] + row["credit"] for row in rows)
        grid.add_row(f"{name.capitalize()}s", f"{len(rows):,}", f"{to_decimal(total, 'usd'):,}")
    grid.add_row("Open", "", f"{to_decimal(left, 'usd'):,}", style="bold")
    console = Console(highlight=False)
    console.print()
    console.print(grid)


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar for each stage; nothing where nobody looks."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not Console(stderr=True).is_terminal,
    )
    stages: dict[str, int] = {}

    def tell(stage: str, done: int, total: int | None) -> None:
        if stage not in stages:
            stages[stage] = bars.add_task(stage, total=total)
        bars.update(stages[stage], completed=done, total=total)  # type: ignore[arg-type]

    with bars:
        yield tell
