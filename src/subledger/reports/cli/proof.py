"""``subledger check``: the books proved by their own rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.console import Console

from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import CommandRefused, CompanyOption, books, which_company

if TYPE_CHECKING:
    from collections.abc import Iterable

    from subledger.platform.invariants import Finding


def check(company: CompanyOption = None, format: FormatOption = Format.TABLE) -> None:
    """Prove the books: recompute every invariant from the rows and name what breaks one; exit 1 if any
    does."""
    with books():
        from subledger.companies.models import Company
        from subledger.platform.checked import keep_check
        from subledger.platform.scope import company_scope
        from subledger.reports.proof import prove

        known = list(Company.objects.order_by("code"))
        chosen = [each for each in known if company in (None, each.code)]
        if not chosen:
            raise CommandRefused(which_company(company, known), param="--company")
        rows: list[dict[str, object]] = []
        broken = 0
        for at, each in enumerate(chosen):
            with company_scope(each.pk):
                findings = prove(everywhere=at == 0)
                here = 0
                if format is Format.TABLE:
                    here = print_findings(each.name, findings)
                else:
                    for finding in findings:
                        here += finding.broken
                        rows.append(_row(each.code, finding))
                keep_check(breaches=here)
                broken += here
        if format is not Format.TABLE:
            print_rows(rows, ["company", "invariant", "says", "looked_at", "broken", "rows"], format)
    if broken:
        raise typer.Exit(1)


def _row(company: str, finding: Finding) -> dict[str, object]:
    invariant = finding.invariant
    return {
        "company": company,
        "invariant": invariant.name,
        "says": invariant.says,
        "looked_at": finding.looked_at,
        "broken": finding.broken,
        "rows": list(finding.rows),
    }


def print_findings(title: str, findings: Iterable[Finding]) -> int:
    """A line for each invariant as it is proved, the rows that break it below; how many rows broke any."""
    console = Console(markup=False, highlight=False, soft_wrap=True)
    console.print(title, style="bold")
    broken = held = 0
    for finding in findings:
        name = f"{finding.invariant.name:30}"
        if not finding.broken:
            held += 1
            console.print(f"  ok     {name} {finding.looked_at:>9,}", style="green")
            continue
        broken += finding.broken
        console.print(f"  BROKEN {name} {finding.broken:>9,} of {finding.looked_at:,}", style="bold red")
        console.print(f"         {finding.invariant.says}")
        for row in finding.rows:
            console.print(f"         - {row}")
        if finding.broken > len(finding.rows):
            console.print(f"         … and {finding.broken - len(finding.rows):,} more")
    console.print(f"  {held} invariants hold" + (f"; {broken:,} rows break others." if broken else "."))
    return broken
