"""Endpoints: made, changed, disabled, enabled, deleted; their secrets, and what tests them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.transaction import atomic

from subledger.kernel.errors import NotFound
from subledger.kernel.sentences import say
from subledger.kernel.texts import check_texts
from subledger.kernel.web_addresses import without_secrets
from subledger.platform import clock, idempotency
from subledger.platform.callers import demand
from subledger.platform.encryption import seal, unseal
from subledger.platform.event_order import LAST, horizon
from subledger.platform.events import NewEvent, record_events
from subledger.platform.models import Event
from subledger.platform.rooms import event_types
from subledger.platform.scope import current_company_id
from subledger.platform.statements import fresh_ids
from subledger.platform.versions import check_version, version_of
from subledger.webhooks.errors import WebhookEndpointDisabled, WebhookEndpointsTooMany, WebhookFilterInvalid
from subledger.webhooks.made_kinds import WEBHOOK_ENDPOINT
from subledger.webhooks.models import PENDING, WebhookCursor, WebhookDelivery, WebhookEndpoint
from subledger.webhooks.queries import endpoints
from subledger.webhooks.rules import filters as rules
from subledger.webhooks.rules.signatures import SECRET_BYTES, hint_of, secret_of
from subledger.webhooks.states import ENDPOINT, DisabledReason, EndpointState

from .addresses import check_address, look_up

MOST_ENDPOINTS = 50
OLD_SECRET_KEPT = timedelta(hours=24)


def create_endpoint(
    *, url: str, filters: Sequence[str], description: str = "", actor: str
) -> tuple[WebhookEndpoint, str]:
    """An endpoint that hears of what happens from now on, and its secret, which is shown this once.

    Raises:
        WebhookAddressRefused, WebhookFilterInvalid, WebhookEndpointsTooMany.
    """
    demand("webhooks.edit")
    chosen = _checked(url, filters, description)
    look_up(url)
    return _create(url, chosen, description, actor)


@atomic
def _create(url: str, chosen: list[str], description: str, actor: str) -> tuple[WebhookEndpoint, str]:
    if endpoints().count() >= MOST_ENDPOINTS:
        raise WebhookEndpointsTooMany(MOST_ENDPOINTS)
    secret = secret_of(os.urandom(SECRET_BYTES))
    position = horizon().running - 1
    row: WebhookEndpoint = WebhookEndpoint.objects.create(
        company_id=current_company_id(),
        url=url,
        description=description,
        filters=chosen,
        filtered_from=fresh_ids(1)[0],
        sealed_secret=seal(secret),
        secret_hint=hint_of(secret),
        created_at=clock.now(),
        actor=actor,
    )
    WebhookCursor.objects.create(endpoint=row, recorded_in=position, event_id=LAST)
    _tell("created", row, actor, url=row.shown_url, filters=chosen)
    idempotency.bind(WEBHOOK_ENDPOINT, row.pk)
    return row, secret


def update_endpoint(*, endpoint_id: int, changes: Mapping[str, Any], version: str = "", actor: str) -> WebhookEndpoint:
    """Change address, filters or description; the place in the events is kept.

    Raises:
        NotFound, WebhookAddressRefused, WebhookFilterInvalid.
        ChangedMeanwhile: it says something else than the ``version`` of it that was shown (`version_of_endpoint`).
    """
    demand("webhooks.edit")
    if "url" in changes:
        check_address(changes["url"])
        look_up(changes["url"])
    return _update(endpoint_id, changes, version, actor)


@atomic
def _update(endpoint_id: int, changes: Mapping[str, Any], version: str, actor: str) -> WebhookEndpoint:
    row = held(endpoint_id)
    check_version(version, version_of_endpoint(row), thing=say("webhook endpoint"))
    idempotency.bind(WEBHOOK_ENDPOINT, row.pk)
    wanted = {name: changes.get(name, getattr(row, name)) for name in ("url", "filters", "description")}
    if wanted["filters"] == row.filters:  # taken as they stand: what they named may have been given up since
        check_texts(wanted["description"], param="/description", of_lines=())
        check_address(wanted["url"])
    else:
        wanted["filters"] = _checked(wanted["url"], wanted["filters"], wanted["description"])
    changed = {name: [getattr(row, name), value] for name, value in wanted.items() if getattr(row, name) != value}
    if not changed:
        return row
    for name, value in wanted.items():
        setattr(row, name, value)
    if "filters" in changed:
        row.filtered_from = fresh_ids(1)[0]
    row.save(update_fields=["filtered_from", *wanted])
    if "url" in changed:
        changed["url"] = [without_secrets(url) for url in changed["url"]]
    _tell("changed", row, actor, **changed)
    return row


def version_of_endpoint(row: WebhookEndpoint) -> str:
    return version_of(row, "url", "filters", "description")


@atomic
def enable_endpoint(*, endpoint_id: int, actor: str) -> WebhookEndpoint:
    """Deliver again, from where it stood: nothing that happened meanwhile is lost. TransitionNotAllowed."""
    demand("webhooks.edit")
    row = held(endpoint_id)
    row.state = ENDPOINT.advance(EndpointState(row.state), "enable")
    row.disabled_reason, row.disabled_at = "", None
    row.failures, row.failing_since, row.paused_until = 0, None, None
    row.save()
    WebhookDelivery.objects.filter(PENDING, endpoint=row).update(next_at=clock.now(), first_attempt_at=None, attempts=0)
    _tell("enabled", row, actor, url=row.shown_url)
    return row


@atomic
def disable_endpoint(*, endpoint_id: int, actor: str) -> WebhookEndpoint:
    """Send nothing more until it is enabled; its place is kept. TransitionNotAllowed."""
    demand("webhooks.edit")
    row = held(endpoint_id)
    disable(row, DisabledReason.PERSON, actor=actor)
    return row


def disable(row: WebhookEndpoint, reason: DisabledReason, *, actor: str) -> None:
    """Of a row that is held."""
    row.state = ENDPOINT.advance(EndpointState(row.state), "disable")
    row.disabled_reason, row.disabled_at = reason, clock.now()
    row.save(update_fields=["state", "disabled_reason", "disabled_at"])
    _tell("disabled", row, actor, url=row.shown_url, reason=str(reason))


@atomic
def delete_endpoint(*, endpoint_id: int, actor: str) -> None:
    """It hears of nothing more, and what waits for it is not sent. What was delivered is kept as long as other such."""
    demand("webhooks.edit")
    row = held(endpoint_id)
    row.state = ENDPOINT.advance(EndpointState(row.state), "delete")
    row.disabled_reason, row.disabled_at = "", None
    row.sealed_secret, row.sealed_old_secret, row.old_secret_until = "", "", None
    row.save()
    WebhookCursor.objects.filter(endpoint=row).update(lease="", leased_until=None)  # waits for who reads events for it
    WebhookDelivery.objects.filter(PENDING, endpoint=row).delete()
    _tell("deleted", row, actor, url=row.shown_url)


@atomic
def rotate_secret(*, endpoint_id: int, actor: str) -> tuple[WebhookEndpoint, str]:
    """A new secret, shown this once. For a day both sign, so that the receiver takes it over when it likes."""
    demand("webhooks.edit")
    row = held(endpoint_id)
    secret = secret_of(os.urandom(SECRET_BYTES))
    row.sealed_old_secret, row.old_secret_until = row.sealed_secret, clock.now() + OLD_SECRET_KEPT
    row.sealed_secret, row.secret_hint = seal(secret), hint_of(secret)
    row.save(update_fields=["sealed_old_secret", "old_secret_until", "sealed_secret", "secret_hint"])
    _tell("secret_rotated", row, actor, until=row.old_secret_until.isoformat())
    return row, secret


@atomic
def send_test(*, endpoint_id: int, actor: str) -> Event:
    """An event that is sent to this endpoint, whatever its filters say, and to no other. WebhookEndpointDisabled."""
    demand("webhooks.edit")
    row = held(endpoint_id)
    if row.state != EndpointState.ACTIVE:
        raise WebhookEndpointDisabled(say("no test reaches it"))
    return _tell("tested", row, actor, url=row.shown_url)


def secrets_of(row: WebhookEndpoint) -> list[str]:
    """The secrets that sign now, the newest first."""
    found = [unseal(row.sealed_secret)]
    if row.old_secret_until is not None and row.old_secret_until > clock.now():
        found.append(unseal(row.sealed_old_secret))
    return found


def held(endpoint_id: int) -> WebhookEndpoint:
    """The row, locked. NotFound."""
    found: WebhookEndpoint | None = endpoints().select_for_update(no_key=True).filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound(WebhookEndpoint, endpoint_id)
    return found


def _checked(url: str, filters: Sequence[str], description: str) -> list[str]:
    """The filters, each once; everything is refused that cannot be kept."""
    check_texts(description, param="/description", of_lines=())
    check_address(url)
    chosen = list(dict.fromkeys(filters))
    if not chosen or len(chosen) > rules.MOST:
        raise WebhookFilterInvalid(
            say("An endpoint needs from 1 to {most} filters of events. Take * to hear of everything.", most=rules.MOST)
        )
    for one in chosen:
        if not rules.is_filter(one):
            raise WebhookFilterInvalid(
                say(
                    "{one!r} is no filter of events. Write a type such as invoice.posted, with * for any part of it.",
                    one=one,
                )
            )
        near = rules.nearest(one, event_types())
        if near is not None:
            guess = (
                say("Did you mean {near}?", near=near)
                if near
                else say("The types there are stand in the documentation.")
            )
            raise WebhookFilterInvalid(
                say("No event that there is passes the filter {one!r}. {guess}", one=one, guess=guess)
            )
    return chosen


def _tell(what: str, row: WebhookEndpoint, actor: str, **data: Any) -> Event:
    fact = NewEvent(f"webhook_endpoint.{what}", "webhook_endpoint", row.pk, data)
    return record_events([fact], actor=actor)[0]
