"""``subledger webhooks``: endpoints, deliveries as they happen, and sending again."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from subledger.cli_kit.faces import CommandFace
from subledger.cli_kit.output import Format, FormatOption, print_rows
from subledger.cli_kit.runtime import ACTOR, CommandRefused, CompanyOption, company_books

if TYPE_CHECKING:
    from subledger.webhooks.models import WebhookDelivery

webhooks = typer.Typer(help="Outgoing webhooks: endpoints, deliveries, sending again.", no_args_is_help=True)

EndpointArgument = Annotated[str, typer.Argument(metavar="ENDPOINT", help="Its id, or its address.")]
LOOK_SECONDS = 0.5
SHOWN = 20
COLUMNS = ["at", "state", "type", "status", "attempts", "ms", "endpoint", "event", "error"]


@webhooks.command("list")
def list_endpoints(format: FormatOption = Format.TABLE, company: CompanyOption = None) -> None:
    """The endpoints there are, and what waits for each."""
    with company_books(company):
        from subledger.webhooks.queries import counts_of, endpoints

        found = list(endpoints().order_by("id"))
        counts = counts_of([row.pk for row in found])
        rows = [
            {
                "id": row.public_id, "url": row.url, "state": row.state, "reason": row.disabled_reason,
                "filters": " ".join(row.filters), "waiting": counts.get(row.pk, (0, 0))[0],
                "failing_since": row.failing_since.isoformat() if row.failing_since else "",
            }
            for row in found
        ]  # fmt: skip
    columns = ["id", "url", "state", "reason", "filters", "waiting", "failing_since"]
    print_rows(rows, columns, format, numeric=["waiting"])


@webhooks.command("tail")
def tail(
    once: Annotated[bool, typer.Option("--once", help="Print the last ones and stop.")] = False,
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="Of one endpoint, by id or address.")] = None,
    format: FormatOption = Format.TABLE,
    company: CompanyOption = None,
) -> None:
    """Attempts to deliver as they happen, until Ctrl-C; first the last ones there were."""
    with company_books(company):
        from subledger.webhooks.queries import deliveries

        rows = deliveries().filter(attempted_at__isnull=False)
        if endpoint is not None:
            rows = rows.filter(endpoint_id=_endpoint(endpoint))
        last = list(rows.order_by("-attempted_at", "-pk")[:SHOWN])[::-1]
        print_rows([_row(one) for one in last], COLUMNS, format, numeric=["status", "attempts", "ms"])
        seen = {(one.pk, one.attempts) for one in last}
        at = last[-1].attempted_at if last else None
        while not once:
            time.sleep(LOOK_SECONDS)
            later = rows.order_by("attempted_at", "pk")
            if at is not None:
                later = later.filter(attempted_at__gte=at)
            found = [one for one in later[:1000] if (one.pk, one.attempts) not in seen]
            for one in found:
                typer.echo("  ".join(str(value) for value in _row(one).values() if value != ""))
                if one.attempted_at != at:
                    seen.clear()
                at = one.attempted_at
                seen.add((one.pk, one.attempts))


@webhooks.command("replay")
def replay(
    endpoint: EndpointArgument,
    event: Annotated[str | None, typer.Option("--event", help="Of one event, by its id.")] = None,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Of this day and later.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Up to this day, itself included.")
    ] = None,
    company: CompanyOption = None,
) -> None:
    """Send again: one event, or what happened on days and passes the endpoint's filters."""
    with company_books(company) as owner:
        from subledger.kernel import ids
        from subledger.platform.models import Event
        from subledger.webhooks.services import replays
        from subledger.webhooks.services.spans import span_of_days

        try:
            event_id = None if event is None else ids.decode(Event.PREFIX, event)
        except ValueError:
            raise CommandRefused(f"{event!r} is no id of an event; those start with evt_.") from None
        first, last = (None if day is None else day.date() for day in (since, until))
        start, end = span_of_days(first, last, owner.time_zone)
        done = replays.replay(endpoint_id=_endpoint(endpoint), event_id=event_id, since=start, until=end, actor=ACTOR)
    typer.echo(f"{done.events} events are sent again; {done.waiting} of them were on their way already.")


def _endpoint(name: str) -> int:
    from subledger.kernel import ids
    from subledger.webhooks.models import WebhookEndpoint
    from subledger.webhooks.queries import endpoint_by_id, endpoints

    try:
        return int(endpoint_by_id(ids.decode(WebhookEndpoint.PREFIX, name)).pk)
    except ValueError:
        found = list(endpoints().filter(url=name)[:2])
    if len(found) != 1:
        raise CommandRefused(
            f"{'Several endpoints have' if found else 'No endpoint has'} the address {name!r}. "
            "Give its id: `subledger webhooks list` shows them."
        )
    return int(found[0].pk)


def _row(one: WebhookDelivery) -> dict[str, Any]:
    from subledger.kernel import ids
    from subledger.platform.models import Event

    assert one.attempted_at is not None

    return {
        "at": one.attempted_at.isoformat(timespec="milliseconds"), "state": one.state, "type": one.event_type,
        "status": one.status or "", "attempts": one.attempts, "ms": one.took_ms if one.took_ms is not None else "",
        "endpoint": one.endpoint.url, "event": ids.encode(Event.PREFIX, one.event_id), "error": one.error,
    }  # fmt: skip


COMMANDS = CommandFace(groups={"webhooks": webhooks})
