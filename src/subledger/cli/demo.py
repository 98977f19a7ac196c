"""``subledger demo``: real books in an empty database, their ageing and their proof,
and the pages on them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from subledger.cli.database import apply_migrations
from subledger.cli.runtime import books, tell
from subledger.cli.sandbox import sandbox_beside, send_events_to
from subledger.cli.server import UP_TO_DATE, refuse_taken_port, serve_until_stopped
from subledger.cli_kit.runtime import CommandRefused
from subledger.reports.cli.proof import print_findings
from subledger.reports.cli.reports import print_table

if TYPE_CHECKING:
    from subledger.import_kit.report import Progress as OnProgress

SHOWN_AS_OF = date(2013, 6, 30)


def demo(
    exit_: Annotated[bool, typer.Option("--exit", help="Stop after printing the results.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    sandbox_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the local Stripe sandbox; 0 picks a free one.")
    ] = 0,
) -> None:
    """Make the demo's companies in an empty database, print what their books say, and serve the pages.

    One of them collects through Stripe: a sandbox of Stripe's API runs beside, on loopback.
    """
    if not exit_:
        refuse_other_machines(host)
        refuse_taken_port(host, port)
    os.environ["SUBLEDGER_SMTP_URL"] = ""  # its customers are nobody: mail goes to a folder, whatever is set
    os.environ["SUBLEDGER_ALLOW_PRIVATE_GATEWAYS"] = "yes"  # its gateway is the sandbox; read when Django starts
    with books(to_migrate=True, tells=True), sandbox_beside(port=sandbox_port, journal=_journal()) as sandbox_url:
        tell(UP_TO_DATE)
        apply_migrations(verbosity=0)
        from subledger.demo.books import PASSWORD, USER, make_demo

        tell("Making the demo's companies, unless they are there …")
        with _progress() as on_progress:
            made = make_demo(sandbox_url=sandbox_url, progress=on_progress)
        if not made:
            typer.echo("The demo's companies are there already.")
        broken = print_results() if made or exit_ else 0
        typer.echo(f"\nLog in as {USER} with password {PASSWORD}.")
        if broken:
            raise typer.Exit(1)
        if not exit_:
            _deliver_events(sandbox_url, host, port)
            serve_until_stopped(host, port)


def refuse_other_machines(host: str) -> None:
    """CommandRefused unless only this machine reaches ``host``."""
    try:
        addresses = {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise CommandRefused(f"{host} is no address: {error.strerror}. Leave --host out.") from error
    if not all(ip_address(address.partition("%")[0]).is_loopback for address in addresses):
        raise CommandRefused(
            f"The demo is not served on {host}: everybody knows its login. Leave --host out and reach it through a "
            "tunnel, such as ssh -L 8000:127.0.0.1:8000."
        )


def _journal() -> Path:
    """Where the demo's sandbox keeps what it was told, beside the books that hold its tokens."""
    from subledger.config.settings import ENVIRONMENT

    return ENVIRONMENT.data_dir / "stripe-sandbox.journal"


def _deliver_events(sandbox_url: str, host: str, port: int) -> None:
    """Let the sandbox's events come in as Stripe's would."""
    from subledger.demo.books import COLLECTING, demo_company
    from subledger.demo.collection import PROVIDER, TEST_KEY, WEBHOOK_SECRET
    from subledger.gateways.models import Provider
    from subledger.platform.scope import company_scope

    with company_scope(demo_company(COLLECTING).pk):
        ident = Provider.objects.get(code=PROVIDER).public_id
    url = f"http://{host}:{port}/webhooks/stripe/{ident}"
    send_events_to(sandbox_url, url=url, secret=WEBHOOK_SECRET, key=TEST_KEY)


def print_results() -> int:
    """Ageing, totals and proof of the demo's books; how many rows break an invariant."""
    from subledger.demo.books import COLLECTING, SAMPLE, STORIES, demo_company
    from subledger.platform.scope import company_scope
    from subledger.reports.catalogue import report_named
    from subledger.reports.proof import prove

    broken = 0
    for at, code in enumerate((SAMPLE, STORIES, COLLECTING)):
        company = demo_company(code)
        typer.secho(f"\n{company.name}", bold=True)
        with company_scope(company.pk):
            ageing = report_named("aged-receivables")
            if code == SAMPLE:
                print_table(ageing.title, ageing.run(as_of=SHOWN_AS_OF))
                _print_totals()
            elif code == STORIES:
                print_table(ageing.title, ageing.run(as_of=date(2026, 5, 31)))
            else:
                print_table(ageing.title, ageing.run())
                _print_requests()
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


def _print_requests() -> None:
    """What was asked of the gateway, and what became of it."""
    from subledger.gateways.models import PaymentRequest
    from subledger.kernel.money import Money

    grid = Grid(box=None, pad_edge=False, header_style="bold", title="Through Stripe", title_justify="left")
    for head in ("Customer", "Asked for", "Amount", "Came to"):
        grid.add_column(head, justify="right" if head == "Amount" else "left")
    for row in PaymentRequest.objects.select_related("account__customer").order_by("pk"):
        outcome = row.state.replace("_", " ") + (f": {row.error_message}" if row.error_message else "")
        asked = row.type.replace("_", " ")
        grid.add_row(row.account.customer.name, asked, str(Money(row.amount_minor, row.currency)), outcome)
    console = Console(highlight=False)
    console.print()
    console.print(grid)


@contextmanager
def _progress() -> Iterator[OnProgress]:
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

    def on_progress(stage: str, done: int, total: int | None) -> None:
        if stage not in stages:
            stages[stage] = bars.add_task(stage, total=total)
        bars.update(stages[stage], completed=done, total=total)  # type: ignore[arg-type]

    with bars:
        yield on_progress
