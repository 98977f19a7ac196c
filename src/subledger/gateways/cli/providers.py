"""``subledger gateway``: providers and payment requests, and the files of those whom others work off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import ACTOR, CommandRefused, CompanyOption, company_books
from subledger.gateways.generic.exports import Format as FileFormat
from subledger.gateways.states import RequestState

if TYPE_CHECKING:
    from subledger.gateways.models import PaymentRequest

gateway = typer.Typer(help="Payment gateways: providers, payment requests, files for banks.", no_args_is_help=True)

REQUEST_COLUMNS = (
    "number", "provider", "type", "state", "account", "amount", "currency", "reference", "error", "created_at",
)  # fmt: skip
LARGEST_FILE = 64 * 1024 * 1024  # bytes

ProviderArgument = Annotated[str, typer.Argument(metavar="PROVIDER", help="Its code or id.")]


@gateway.command("providers")
def providers(format: FormatOption = Format.TABLE, company: CompanyOption = None) -> None:
    """The providers there are."""
    with company_books(company):
        from subledger.gateways.models import Provider

        rows = [
            {
                "code": row.code, "name": row.name, "kind": row.kind, "state": row.state, "mode": row.mode,
                "currencies": " ".join(row.currencies) or "all", "id": row.public_id,
            }
            for row in Provider.objects.order_by("code")
        ]  # fmt: skip
    print_rows(rows, ["code", "name", "kind", "state", "mode", "currencies", "id"], format)


@gateway.command("requests")
def requests(
    provider: Annotated[str | None, typer.Option(help="Only of this provider: its code or id.")] = None,
    state: Annotated[RequestState | None, typer.Option(help="Only in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many.")] = 100,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Payment requests, the newest first."""
    with company_books(company):
        from subledger.gateways import queries

        found = queries.requests()
        if provider is not None:
            found = found.filter(provider=queries.provider_named(provider))
        if state is not None:
            found = found.filter(state=state)
        rows = [_row_of(row) for row in found[:limit]]
    print_rows(rows, REQUEST_COLUMNS, format, numeric=["amount"])


@gateway.command("look-up")
def look_up(
    request: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REQUEST]...", help="Numbers or ids; without, all that were sent and have no end."),
    ] = None,
    provider: Annotated[str | None, typer.Option(help="Only of this provider: its code or id.")] = None,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Ask the gateways now what became of payment requests, instead of at their next hour."""
    with company_books(company):
        from subledger.gateways import queries
        from subledger.gateways.generic.reported import request_id
        from subledger.gateways.services import reconciliation

        found = queries.open_requests().exclude(state=RequestState.PENDING)
        if request:
            found = queries.requests().filter(pk__in=[queries.request_by_id(request_id(one)).pk for one in request])
        if provider is not None:
            found = found.filter(provider=queries.provider_named(provider))
        by_provider: dict[int, list[int]] = {}
        for provider_id, ident in found.values_list("provider_id", "pk"):
            by_provider.setdefault(provider_id, []).append(ident)
        for provider_id, idents in sorted(by_provider.items()):
            for start in range(0, len(idents), reconciliation.PART):
                reconciliation.look_up(provider_id, request_ids=idents[start : start + reconciliation.PART])
        asked = [ident for idents in by_provider.values() for ident in idents]
        rows = [_row_of(row) for row in queries.requests().filter(pk__in=asked)]
    print_rows(rows, REQUEST_COLUMNS, format, numeric=["amount"])


@gateway.command("withdraw")
def withdraw(
    request: Annotated[str, typer.Argument(metavar="REQUEST", help="Its number or id.")],
    reason: Annotated[str, typer.Option(help="Why, for the timeline.")] = "",
    not_sent: Annotated[bool, typer.Option("--not-sent", help="The bank file that holds it was never sent.")] = False,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Take back what has not left: its payment or refund is a draft again."""
    with company_books(company):
        from subledger.gateways.generic.reported import request_id
        from subledger.gateways.services import withdrawal

        row = withdrawal.withdraw(request_id=request_id(request), reason=reason, is_not_sent=not_sent, actor=ACTOR)
        rows = [_row_of(row)]
    print_rows(rows, REQUEST_COLUMNS, format, numeric=["amount"])


@gateway.command("unbooked")
def unbooked(format: FormatOption = Format.TABLE, company: CompanyOption = None) -> None:
    """What banks and gateways told of us and the books could not take: open ones, the newest first."""
    with company_books(company):
        from subledger.gateways.services.unbooked import advice_on
        from subledger.gateways.services.unbooked import unbooked as kept

        rows = [
            {
                "id": row.public_id, "provider": row.provider.code, "said": row.said, "code": row.code,
                "reason": advice_on(row), "where": row.position,
            }
            for row in kept().filter(resolved_at=None)
        ]  # fmt: skip
    print_rows(rows, ["id", "provider", "said", "code", "reason", "where"], format)


@gateway.command("export")
def export(
    provider: ProviderArgument,
    to: Annotated[FileFormat, typer.Option(help="csv: all; pain.008: payments; pain.001: what is paid back.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Write it here.")],
    mark: Annotated[bool, typer.Option("--mark", help="What is written becomes under processing.")] = False,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Write a generic provider's pending requests to a file for whoever executes them.

    What a bank could not execute is left out, and printed with its reason.
    """
    if out.exists():
        raise CommandRefused(f"{out} exists already. Choose another --out.", param="--out")
    unfinished = out.with_name(f".{out.name}.unfinished")
    with company_books(company):
        from django.db.transaction import atomic

        from subledger.gateways.queries import provider_named
        from subledger.gateways.services.bank_files import export_requests

        # On the disk before the commit: requests are never marked and in no file.
        with atomic():
            made = export_requests(provider_id=provider_named(provider).pk, file_format=to, mark=mark, actor=ACTOR)
            if made.content is not None:
                _write(unfinished, made.content)
        if made.content is not None:
            unfinished.replace(out)
    rows = [{"number": one.number, "code": one.code, "reason": one.reason} for one in made.left_out]
    if rows or format is not Format.TABLE:
        print_rows(rows, ["number", "code", "reason"], format)
    is_made = made.content is not None
    done = f"{len(made.written)} requests in {out} ({made.message})" if is_made else "No file was written"
    marked = ", now under processing" if made.is_marked and made.written else ""
    typer.echo(f"{done}{marked}; {len(rows)} left out.", err=format is not Format.TABLE)
    if not is_made:
        raise typer.Exit(1)


@gateway.command("export-again")
def export_again(
    provider: ProviderArgument,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Write it here.")],
    message: Annotated[str, typer.Option(metavar="MSGID", help="The file's own name; without, the latest.")] = "",
    company: CompanyOption = None,
) -> None:
    """Write a file that was exported with --mark once more: the very same, for whoever lost it. Nothing is marked."""
    if out.exists():
        raise CommandRefused(f"{out} exists already. Choose another --out.", param="--out")
    with company_books(company):
        from subledger.gateways.queries import provider_named
        from subledger.gateways.services import bank_files

        made = bank_files.export_again(provider_id=provider_named(provider).pk, message=message, actor=ACTOR)
    assert made.content is not None
    _write(out, made.content)
    typer.echo(f"{len(made.written)} requests in {out} ({made.message}), as it was written before.")


@gateway.command("results")
def results(
    provider: ProviderArgument,
    file: Annotated[Path, typer.Argument(help="CSV, pain.002, camt.053 or camt.054, by its content.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do it, report it, and undo it.")] = False,
    date_format: Annotated[
        str | None,
        typer.Option(metavar="FMT", help="As of strptime, such as %d/%m/%Y; else ISO, or the company's own."),
    ] = None,
    number_format: Annotated[
        str | None,
        typer.Option(metavar="EXAMPLE", help="How amounts are written, such as '1.234,56'; else as they show."),
    ] = None,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Take in a file that tells what became of a generic provider's requests; twice is once.

    Every row stands for itself: those that are refused are printed with their reasons, and the others are kept.
    """
    content = _read(file)
    with company_books(company):
        from subledger.file_kit.cells import hidden_rows_note
        from subledger.gateways.queries import provider_named
        from subledger.gateways.services.results import import_results

        report = import_results(
            provider_id=provider_named(provider).pk,
            content=content,
            name=file.name,
            actor=ACTOR,
            dry_run=dry_run,
            number_format=number_format,
            date_format=date_format,
        )
    rows = [row._asdict() for row in report.refused]
    if rows or format is not Format.TABLE:
        print_rows(rows, ["position", "request", "code", "reason"], format)
    for noted in report.noted:
        typer.echo(f"{noted.position}, {noted.request}: {noted.note}", err=True)
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.counts.items())
    kept = " A dry run: nothing was kept." if dry_run else ""
    outcome = hidden_rows_note(report.hidden)
    hidden = f" {outcome}" if outcome else ""
    typer.echo(f"{report.format}: {counts}.{hidden}{kept}", err=format is not Format.TABLE)
    if rows:
        raise typer.Exit(1)


def _row_of(row: PaymentRequest) -> dict[str, Any]:
    from subledger.kernel.money import to_decimal

    return {
        "number": row.number, "provider": row.provider.code, "type": str(row.type), "state": str(row.state),
        "account": row.account.number, "amount": f"{to_decimal(row.amount_minor, row.currency)}",
        "currency": row.currency, "reference": row.reference, "error": row.error_code,
        "created_at": f"{row.created_at:%Y-%m-%dT%H:%M:%SZ}",
    }  # fmt: skip


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandRefused(f"Cannot write {path.parent}: {error.strerror}. Choose another --out.") from error


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CommandRefused(f"{path} is larger than {LARGEST_FILE // 1024**2} MiB. Import it in parts.")
        return path.read_bytes()
    except OSError as error:
        raise CommandRefused(f"Cannot read {path}: {error.strerror}. Name a file that can be read.") from error
