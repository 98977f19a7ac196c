"""``subledger stripe``: events where no public address receives them, and the local stand-in for Stripe."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from subledger.cli_kit.runtime import CommandRefused, CompanyOption, company_books

if TYPE_CHECKING:
    from subledger.gateways.models import Provider

stripe = typer.Typer(help="Stripe: take its events, or stand in for it.", no_args_is_help=True)


@stripe.command("listen")
def listen(
    provider: Annotated[
        str | None, typer.Option(help="Its code or id.", show_default="every effective provider of Stripe")
    ] = None,
    every: Annotated[int, typer.Option(min=1, max=3600, help="Seconds between two looks.")] = 5,
    once: Annotated[bool, typer.Option("--once", help="Take what there is now, and end.")] = False,
    company: CompanyOption = None,
) -> None:
    """Ask Stripe for its events every few seconds and work them off, until Ctrl-C.

    They go into the same inbox as those that are delivered, so it does no harm where webhooks arrive too. A worker
    does the same by itself for providers that have no webhook secret.
    """
    with company_books(company):
        chosen = _providers(provider)
        if not once:
            names = ", ".join(one.name for one in chosen)
            typer.echo(f"Listening to {names} every {every} s (Ctrl-C stops it)", err=True)
        with suppress(KeyboardInterrupt):
            while True:
                trouble = [error for one in chosen if (error := _take(one))]
                for error in trouble:
                    typer.echo(error, err=True)
                if once:
                    raise typer.Exit(1 if trouble else 0)
                time.sleep(every)


@stripe.command("sandbox")
def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 picks a free one.")] = 8420,
    webhook: Annotated[str | None, typer.Option(metavar="URL", help="Post every event there.")] = None,
    webhook_secret: Annotated[
        str | None,
        typer.Option(metavar="WHSEC", help="Sign them with this secret.", show_default="a new one, printed"),
    ] = None,
) -> None:
    """Serve a local stand-in for Stripe's API until Ctrl-C, on loopback; any key that looks like one opens an account.

    Give its address to a provider as base URL, of a server with SUBLEDGER_ALLOW_PRIVATE_GATEWAYS=yes. It keeps
    everything in memory.
    """
    arguments = ["--port", str(port)]
    if webhook is not None:
        arguments += ["--webhook", webhook]
    if webhook_secret is not None:
        arguments += ["--webhook-secret", webhook_secret]
    # It knows nothing of us, nor we of it: this process becomes it.
    os.execv(sys.executable, [sys.executable, "-m", "stripe_sandbox", *arguments])


def _providers(named: str | None) -> list[Provider]:
    from subledger.gateways.models import Provider
    from subledger.gateways.queries import provider_named
    from subledger.gateways.states import ProviderState

    if named is not None:
        return [provider_named(named)]
    found = list(Provider.objects.filter(kind="stripe", state=ProviderState.EFFECTIVE).order_by("code"))
    if not found:
        raise CommandRefused("No provider of Stripe is effective. Make one effective, or name one with --provider.")
    return found


def _take(provider: Provider) -> str:
    """Take in what is new and work off what is due; what to say when the gateway does not answer, or ""."""
    from subledger.gateways.models import InboxEvent
    from subledger.gateways.port import GatewayUnavailable
    from subledger.gateways.services import inbox, polling
    from subledger.gateways.states import InboxState

    try:
        new = polling.poll(provider.pk)
    except GatewayUnavailable as error:
        return f"{provider.name}: {error}"
    tried = inbox.process(provider.pk)
    if new or tried:
        failing = InboxEvent.objects.filter(provider=provider).exclude(error="").exclude(state=InboxState.PROCESSED)
        trouble = f", {failing.count()} with an error (they are tried again)" if failing.exists() else ""
        typer.echo(f"{provider.name}: {new} new events, {tried} worked off{trouble}")
    return ""
