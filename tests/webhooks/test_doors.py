"""Endpoints, deliveries and replays by API, page and command: one answer, secrets shown once, nobody unasked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from tests.api.client import ApiClient
from tests.factories import NOW
from tests.pages.conftest import member, seat, version_in
from typer.testing import CliRunner

from subledger.platform import clock
from subledger.platform.models import Event, StoredAnswer
from subledger.webhooks.models import WebhookDelivery, WebhookEndpoint
from subledger.webhooks.services import endpoints as services
from subledger.webhooks.services import replays

from .conftest import deliveries, endpoint_at, tell, work
from .receiver import answering, receiving

URL = "https://93.184.215.14/hooks"


@pytest.fixture
def api(company):
    return ApiClient(company)


def url(name: str, *args) -> str:
    return reverse(f"backoffice:{name}", args=args)


# -- API


def test_an_endpoint_from_beginning_to_end_by_api(api):
    made = api.post("webhook_endpoints", {"url": URL, "filters": ["invoice.*", "invoice.*"]}, expect=201)
    assert made["secret"].startswith("whsec_")
    assert (made["state"], made["filters"]) == ("active", ["invoice.*"])
    path = f"webhook_endpoints/{made['id']}"
    assert api.get(path)["secret"] is None
    assert api.patch(path, {"filters": ["*"], "description": "Ours"})["filters"] == ["*"]
    rotated = api.post(f"{path}/rotate", expect=200)
    assert rotated["secret"] not in (None, made["secret"])
    assert rotated["old_secret_until"] == "2026-05-21T12:30:00Z"
    disabled = api.post(f"{path}/disable", expect=200)
    assert (disabled["state"], disabled["disabled_reason"]) == ("disabled", "person")
    assert api.post(f"{path}/test", expect=409)["code"] == "webhook_endpoint_disabled"
    assert api.post(f"{path}/disable", expect=409)["code"] == "transition_not_allowed"
    assert api.post(f"{path}/enable", expect=200)["state"] == "active"
    api.post(f"{path}/test", expect=200)
    api.request("DELETE", f"/api/v1/{path}")
    assert api.get(path, expect=404)["code"] == "not_found"
    row = WebhookEndpoint.objects.get()
    assert (row.state, row.sealed_secret) == ("deleted", "")
    told = list(Event.objects.filter(object_type="webhook_endpoint").order_by("id").values_list("type", flat=True))
    assert [one.rpartition(".")[2] for one in told] == [
        "created", "changed", "secret_rotated", "disabled", "enabled", "tested", "deleted",
    ]  # fmt: skip


def test_a_repeated_request_makes_no_second_endpoint_and_the_secret_is_kept_nowhere(api):
    key = {"Idempotency-Key": "once"}
    made = api.post("webhook_endpoints", {"url": URL}, expect=201, **key)
    again = api.post("webhook_endpoints", {"url": URL}, expect=201, **key)
    assert again == {**made, "secret": None}
    assert WebhookEndpoint.objects.count() == 1
    path = f"webhook_endpoints/{made['id']}/rotate"
    rotated = api.post(path, expect=200, **{"Idempotency-Key": "twice"})
    assert api.post(path, expect=200, **{"Idempotency-Key": "twice"}) == {**rotated, "secret": None}
    kept = " ".join(StoredAnswer.objects.values_list("body", flat=True))
    assert kept
    assert made["secret"] not in kept
    assert rotated["secret"] not in kept


def test_the_test_event_is_delivered_and_seen_by_api(at_work, receiver):
    api = ApiClient(at_work)
    made = api.post("webhook_endpoints", {"url": receiver.url, "filters": ["run.failed"]}, expect=201)
    api.post(f"webhook_endpoints/{made['id']}/test", expect=200)
    assert api.get(f"webhook_endpoints/{made['id']}")["waiting"] == 0  # no worker has read it yet
    work()
    [one] = api.get("webhook_deliveries", endpoint=made["id"])["data"]
    assert (one["type"], one["state"], one["status"], one["object_id"]) == (
        "webhook_endpoint.tested", "delivered", 200, made["id"],
    )  # fmt: skip
    assert one["event"] == receiver.got[0].id
    assert receiver.got[0].verified_by(made["secret"])["id"] == one["event"]


def test_a_filter_of_events_that_there_are_not_is_refused_with_the_nearest(at_work, receiver):
    api = ApiClient(at_work)
    refused = api.post("webhook_endpoints", {"url": receiver.url, "filters": ["*", "invioce.posted"]}, expect=422)
    assert "Did you mean invoice.posted?" in refused["detail"]
    assert refused["code"] == "webhook_filter_invalid"
    made = api.post("webhook_endpoints", {"url": receiver.url, "filters": ["reason.changed"]}, expect=201)
    path = f"webhook_endpoints/{made['id']}"
    assert "No event that there is" in api.patch(path, {"filters": ["zebra.*"]}, expect=422)["detail"]
    WebhookEndpoint.objects.update(filters=["zebra.*"])  # of events that an earlier version told
    assert api.patch(path, {"description": "ours"})["filters"] == ["zebra.*"]


ADDRESSES = [
    ("http://93.184.215.14/hooks", "by https alone"),
    ("https://10.0.0.1/hooks", "public addresses alone"),
    ("https://127.0.0.1/hooks", "public addresses alone"),
    ("https://169.254.169.254/latest/meta-data", "public addresses alone"),
    ("https://[::1]/hooks", "public addresses alone"),
    ("https://[fe80::1]/hooks", "public addresses alone"),
    ("https://[::ffff:10.0.0.1]/hooks", "public addresses alone"),
    ("https://[64:ff9b::a00:1]/hooks", "public addresses alone"),
    ("https://localhost/hooks", "public addresses alone"),
    ("https://2130706433/hooks", "public addresses alone"),
    ("https://user:secret@93.184.215.14/", "a user or a fragment"),
    ("https://93.184.215.14/#x", "a user or a fragment"),
    ("ftp://93.184.215.14/", "no address on the web"),
    ("https:///hooks", "no address on the web"),
    ("https://93.184.215.14:99999/", "no address on the web"),
    ("https://93.184.215.14/a b", "no address on the web"),
    ("https://93.184.215.14/a\r\nHost: x", "no address on the web"),
    ("hooks", "no address on the web"),
]


@pytest.mark.few(9)
@pytest.mark.parametrize(("address", "why"), ADDRESSES)
def test_addresses_that_nothing_is_sent_to_are_refused_alike(api, company, settings, address, why):
    settings.WEBHOOK_HOSTS = ()
    problem = api.post("webhook_endpoints", {"url": address}, expect=422)
    assert (problem["code"], problem["param"]) == ("webhook_address_refused", "/url")
    assert why in problem["detail"]
    made = api.post("webhook_endpoints", {"url": URL}, expect=201)
    assert api.patch(f"webhook_endpoints/{made['id']}", {"url": address}, expect=422)["code"] == problem["code"]
    shown = seat(member(company, "administrator")).post(url("webhook_endpoint_new"), {"url": address, "filters": "*"})
    assert shown.status_code == 422
    assert why in shown.content.decode()
    assert WebhookEndpoint.objects.count() == 1


def test_hosts_that_the_operator_names_are_allowed(api, settings):
    settings.WEBHOOK_HOSTS = ("10.0.0.1",)
    api.post("webhook_endpoints", {"url": "http://10.0.0.1:8080/hooks"}, expect=201)
    api.post("webhook_endpoints", {"url": "http://10.0.0.2:8080/hooks"}, expect=422)


@pytest.mark.parametrize("filters", [[], ["Invoice.posted"], ["invoice posted"], ["invoice..posted"], ["a;b"], ["."]])
def test_filters_that_are_none(api, filters):
    problem = api.post("webhook_endpoints", {"url": URL, "filters": filters}, expect=422)
    assert (problem["code"], problem["param"]) == ("webhook_filter_invalid", "/filters")


def test_a_company_has_so_many_endpoints_and_no_more(api, monkeypatch):
    monkeypatch.setattr(services, "MOST_ENDPOINTS", 1)
    made = api.post("webhook_endpoints", {"url": URL}, expect=201)
    assert api.post("webhook_endpoints", {"url": URL}, expect=409)["code"] == "webhook_endpoints_too_many"
    api.request("DELETE", f"/api/v1/webhook_endpoints/{made['id']}")
    api.post("webhook_endpoints", {"url": URL}, expect=201)


def test_who_may_do_what(company):
    with_write = ApiClient(company)
    made = with_write.post("webhook_endpoints", {"url": URL}, expect=201)
    path, event = f"webhook_endpoints/{made['id']}", with_write.get("events")["data"][0]["id"]
    replayer = ApiClient(company, scopes=("read", "webhooks.replay"))
    replayer.post(f"{path}/replay", {"event": event}, expect=200)
    for verb in ("rotate", "disable", "test"):
        assert replayer.post(f"{path}/{verb}", expect=403)["code"] == "permission_denied"
    reader = ApiClient(company, scopes=("webhook_endpoints:read",))
    reader.get(path)
    reader.post(f"{path}/replay", {"event": event}, expect=403)
    reader.get("webhook_deliveries", expect=403)
    manager = seat(member(company, "billing_manager"))
    ident = WebhookEndpoint.objects.get().pk
    assert manager.get(url("webhook_replay", ident)).status_code == 200
    assert manager.post(url("webhook_endpoint_action", ident, "disable")).status_code == 403


# -- sent again


def test_an_event_and_a_span_are_sent_again(at_work, receiver):
    api = ApiClient(at_work)
    endpoint, _ = endpoint_at(receiver.url, "toy.*")
    [first] = tell(1, 1)
    tell(1, 2)
    with clock.frozen(NOW + timedelta(days=1)):
        tell(2, 3)
        tell(2, 4, type="box.moved")
        work()
        came = receiver.ids()
        assert len(came) == 3
        path = f"webhook_endpoints/{endpoint.public_id}/replay"
        assert api.post(path, {"event": first.public_id}, expect=200)["events"] == 1
        work()
        assert receiver.ids() == [*came, first.public_id]
        asked = {"since": "2026-05-20T00:00:00Z", "until": "2026-05-21T00:00:00Z"}
        assert api.post(path, asked, expect=200)["events"] == 2
        work()
        assert [number for _, number in receiver.objects()[4:]] == [1, 2]
    with clock.frozen(NOW + timedelta(days=1, minutes=1)):
        assert api.post(path, {"since": "2026-05-20T00:00:00Z"}, expect=200)["events"] == 3
        assert api.post(path, {"since": "2026-05-20T00:00:00Z"}, expect=200) == {
            "object": "webhook_replay", "events": 3, "waiting": 3,
        }  # fmt: skip
        work()
        assert len(receiver.got) == 9  # what waits is not put in twice
    assert {one.kind for one in deliveries(endpoint, event_id=first.pk)} == {"event", "replay"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "webhook_replay_invalid"),
        ({"event": "evt_0000000000001"}, "not_found"),
        ({"event": "evt_0000000000001", "since": "2026-05-20T00:00:00Z"}, "webhook_replay_invalid"),
        ({"since": "2026-05-22T00:00:00Z"}, "webhook_replay_invalid"),
        ({"since": "2026-05-20T00:00:00Z", "until": "2026-05-19T00:00:00Z"}, "webhook_replay_invalid"),
    ],
)
def test_replays_of_nothing(api, body, code):
    made = api.post("webhook_endpoints", {"url": URL}, expect=201)
    status = 404 if code == "not_found" else 422
    assert api.post(f"webhook_endpoints/{made['id']}/replay", body, expect=status)["code"] == code


def test_too_much_at_once_is_refused(api, monkeypatch):
    monkeypatch.setattr(replays, "MOST_AT_ONCE", 1)
    made = api.post("webhook_endpoints", {"url": URL}, expect=201)
    tell(1, 1, 2)
    with clock.frozen(NOW + timedelta(minutes=1)):
        problem = api.post(f"webhook_endpoints/{made['id']}/replay", {"since": "2026-05-20T00:00:00Z"}, expect=422)
    assert "More than 1 events" in problem["detail"]
    assert not WebhookDelivery.objects.exists()


# -- pages


TOLD_OF = {"disable": "disabled", "enable": "enabled", "test": "tested", "delete": "deleted"}


def test_an_endpoint_by_pages(company):
    desk = seat(member(company, "administrator"))
    made = desk.post(url("webhook_endpoint_new"), {"url": URL, "filters": "invoice.*, payment.*"})
    assert made.status_code == 200
    assert made["Cache-Control"] == "no-store"
    [secret] = re.findall(r"whsec_[\w+/]+=*", made.content.decode())
    row = WebhookEndpoint.objects.get()
    assert row.filters == ["invoice.*", "payment.*"]
    shown = desk.get(url("webhook_endpoint", row.pk)).content.decode()
    assert secret not in shown
    assert row.secret_hint in shown
    form = desk.get(url("webhook_endpoint_edit", row.pk))
    changed = {"url": URL, "filters": "*", "description": "Ours"}
    assert desk.post(url("webhook_endpoint_edit", row.pk), {**changed, **version_in(form)}).status_code == 302
    assert desk.post(url("webhook_endpoint_edit", row.pk), {**changed, **version_in(form)}).status_code == 409
    rotated = desk.post(url("webhook_endpoint_secret", row.pk)).content.decode()
    assert re.search(r"whsec_[\w+/]+=*", rotated)
    for verb, state in (("disable", "disabled"), ("enable", "active"), ("test", "active"), ("delete", "deleted")):
        assert desk.post(url("webhook_endpoint_action", row.pk, verb)).status_code == 302
        row.refresh_from_db()
        assert row.state == state
        told = Event.objects.filter(type=f"webhook_endpoint.{TOLD_OF[verb]}", object_id=row.pk)
        assert told.count() == 1, verb
    assert desk.get(url("webhook_endpoint", row.pk)).status_code == 404


def test_a_verb_that_there_is_not_sends_no_test(company):
    desk = seat(member(company, "administrator"))
    desk.post(url("webhook_endpoint_new"), {"url": URL, "filters": "*"})
    row = WebhookEndpoint.objects.get()
    path = url("webhook_endpoint_action", row.pk, "test").replace("/test/", "/whatever/")
    assert path.endswith("/whatever/")
    assert (desk.get(path).status_code, desk.post(path).status_code) == (404, 404)
    assert not Event.objects.filter(type="webhook_endpoint.tested").exists()


def test_what_went_wrong_is_on_the_pages_and_is_sent_again_from_there(at_work):
    desk = seat(member(at_work, "administrator"))
    with receiving(lambda handler, got: handler.answer(500, b"<b>broken</b>")) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1)
        work()
        [row] = deliveries(endpoint)
        shown = desk.get(url("webhook_delivery", row.pk)).content.decode()
        assert "It answered 500." in shown
        assert "&lt;b&gt;broken&lt;/b&gt;" in shown
        assert "webhook-id: evt_" in shown
        receiver.behave = answering(200)
        assert desk.post(url("webhook_delivery_again", row.pk)).status_code == 302
        assert work().delivered == 1
        assert desk.post(url("webhook_replay", endpoint.pk), {"since": "2026-05-21"}).status_code == 422
        with clock.frozen(NOW + timedelta(minutes=1)):
            assert desk.post(url("webhook_replay", endpoint.pk), {"since": "2026-05-20"}).status_code == 302
            work()
        assert len(receiver.got) == 3


def test_the_overview_says_that_an_endpoint_was_disabled_by_itself(at_work):
    desk = seat(member(at_work, "administrator"))
    words = b"Webhook endpoints that were disabled because they fail"
    with receiving(answering(410)) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        assert words not in desk.get("/").content
        tell(1, 1)
        work()
    assert words in desk.get("/").content
    assert b"it answered 410 Gone" in desk.get(url("webhook_endpoint", endpoint.pk)).content


# -- the command


@pytest.fixture
def command(at_work, monkeypatch):
    from contextlib import contextmanager

    from subledger.cli.main import app
    from subledger.webhooks import cli

    @contextmanager
    def here(code):
        yield at_work

    monkeypatch.setattr(cli, "company_books", here)

    def run(*words: str, expect: int = 0) -> str:
        done = CliRunner().invoke(app, ["webhooks", *words])
        assert done.exit_code == expect, done.output
        return done.output

    return run


def test_endpoints_and_deliveries_by_command(at_work, receiver, command):
    endpoint, _ = endpoint_at(receiver.url, "toy.*")
    [event] = tell(1, 1)
    work()
    assert receiver.url in command("list")
    tailed = command("tail", "--once", "--format", "json")
    assert event.public_id in tailed
    assert '"delivered"' in tailed
    assert "1 events are sent again" in command("replay", receiver.url, "--event", event.public_id)
    with clock.frozen(NOW + timedelta(minutes=1)):
        assert "1 events are sent again" in command(
            "replay", endpoint.public_id, "--since", "2026-05-20", "--until", "2026-05-20"
        )
        work()
    assert len(receiver.got) == 2
    assert "Say one event, or from when" in command("replay", receiver.url, expect=1)
    both = ("--event", event.public_id, "--until", "2026-05-20")
    assert "--since" in command("replay", receiver.url, *both, expect=1)
    span = ("--since", "2026-05-20", "--until", "2026-05-19")
    assert "ends before it begins" in command("replay", receiver.url, *span, expect=1)
    assert "No endpoint has the address" in command("replay", "https://example.com/", "--since", "2026-05-20", expect=1)
    assert "no id of an event" in command("replay", receiver.url, "--event", "x", expect=1)


def test_a_token_in_the_path_is_for_those_who_edit(api, company):
    """As chat services have it: /services/T000/B000/token."""
    token = "s3cretpathtoken01"
    made = api.post("webhook_endpoints", {"url": f"{URL}/services/T000/{token}"})
    assert made["url"] == f"{URL}/services/T000/{token}"
    shown = f"{URL}/services/T000/…"
    reader = ApiClient(company, scopes=("read",))
    assert reader.get(f"webhook_endpoints/{made['id']}")["url"] == shown
    [told] = Event.objects.filter(object_type="webhook_endpoint").values_list("data", flat=True)
    assert told["url"] == shown
    auditor = seat(member(company, "auditor"))
    assert shown in auditor.get(url("webhook_endpoints")).content.decode()
    assert shown not in auditor.get(url("webhook_endpoints"), {"q": "s3cret"}).content.decode()


def test_what_stands_behind_the_question_mark_is_for_those_who_edit(api, company):
    """A receiver's address may hold its token, and every endpoint with * hears of events."""
    made = api.post("webhook_endpoints", {"url": f"{URL}?token=s3cret"})
    assert made["url"] == f"{URL}?token=s3cret"
    api.patch(f"webhook_endpoints/{made['id']}", {"url": f"{URL}?token=s4cret"})
    reader = ApiClient(company, scopes=("read",))
    assert reader.get(f"webhook_endpoints/{made['id']}")["url"] == f"{URL}?…"
    told = Event.objects.filter(object_type="webhook_endpoint").values_list("data", flat=True)
    assert [one["url"] for one in told] == [f"{URL}?…", [f"{URL}?…", f"{URL}?…"]]
    row = WebhookEndpoint.objects.get()
    auditor, administrator = (seat(member(company, role)) for role in ("auditor", "administrator"))
    for page in (url("webhook_endpoints"), url("webhook_endpoint", row.pk)):
        shown = auditor.get(page).content.decode()
        assert f"{URL}?…" in shown
        assert "cret" not in shown.replace("Secret", "")
    found = auditor.get(url("webhook_endpoints"), {"q": "s4cret"}).content.decode()
    assert "Clear criteria" in found
    assert URL not in found
    assert f"{URL}?token=s4cret" in administrator.get(url("webhook_endpoint_edit", row.pk)).content.decode()
