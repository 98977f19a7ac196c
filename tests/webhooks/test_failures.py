"""What endpoints do wrong, each with a real server: they are bounded, tried again, paused, disabled, and resumed."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import aiohttp
import pytest
from tests.factories import NOW

from subledger.kernel.errors import TransitionNotAllowed
from subledger.platform import clock
from subledger.platform.models import Event
from subledger.webhooks import jobs
from subledger.webhooks.models import WebhookEndpoint
from subledger.webhooks.rules import retries
from subledger.webhooks.services import endpoints as services
from subledger.webhooks.services import outcomes, sender
from subledger.webhooks.services.delivery import CHAINS_OF_SLOW

from .conftest import deliveries, endpoint_at, tell, work
from .receiver import Handler, Receiver, Server, answering, byte_by_byte, receiving, silent

pytestmark = pytest.mark.sampled(3)


def only(endpoint):
    [row] = deliveries(endpoint)
    return row


def fresh(endpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.get(pk=endpoint.pk)


def failed_at(url: str):
    """The delivery of one event to an address, after one turn."""
    endpoint, _ = endpoint_at(url, "toy.*")
    tell(1, 1)
    began = time.monotonic()
    assert work().delivered == 0
    assert time.monotonic() - began < 300
    row = only(endpoint)
    assert (row.state, row.attempts) == ("pending", 1)
    assert row.next_at > clock.now()
    return row


def test_one_that_never_answers_is_not_waited_for(at_work, short_patience):
    with silent() as url:
        assert "did not answer within" in failed_at(url).error


def test_one_that_answers_byte_by_byte_is_not_waited_for(at_work, short_patience):
    with receiving(byte_by_byte) as receiver:
        assert "did not answer" in failed_at(receiver.url).error


def test_headers_that_are_none(at_work):
    def behave(handler, got):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nwhat is this\r\n\r\n")

    with receiving(behave) as receiver:
        assert failed_at(receiver.url).error.startswith("It did not answer in HTTP")


def test_headers_without_end(at_work):
    def behave(handler, got):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n")

    with receiving(behave) as receiver:
        assert failed_at(receiver.url).error.startswith("It did not answer in HTTP")


def test_redirects_are_not_followed(at_work, receiver):
    def behave(handler, got):
        handler.answer(307, Location=receiver.url)

    with receiving(behave) as first:
        row = failed_at(first.url)
    assert row.status == 307
    assert "redirects are not followed" in row.error
    assert receiver.got == []


def test_nobody_there(at_work):
    with silent() as url:
        pass
    assert failed_at(url).error.startswith("It cannot be reached")


def test_a_huge_answer_is_read_no_further_than_its_beginning(at_work):
    written = []

    def behave(handler: Handler, got):
        handler.send_response(200)
        handler.send_header("Content-Length", str(2**40))
        handler.end_headers()
        try:
            for _ in range(4_096):
                handler.wfile.write(b"x" * 65_536)
                written.append(65_536)
        except OSError:
            pass

    with receiving(behave) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1)
        assert work().delivered == 1  # its status says that it has it
        row = only(endpoint)
        assert row.answer == "x" * sender.KEPT_BYTES
        assert sum(written) < 20_000_000


def test_an_answer_that_drips_after_its_status_counts_by_its_status(at_work, short_patience):
    def behave(handler: Handler, got):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        byte_by_byte(handler, got)

    with receiving(behave) as receiver:
        endpoint_at(receiver.url, "toy.*")
        tell(1, 1)
        began = time.monotonic()
        assert work().delivered == 1
        assert time.monotonic() - began < 30


def test_what_cannot_be_shown_in_an_answer_is_kept_as_text(at_work):
    with receiving(lambda handler, got: handler.answer(200, b"\x00\xff<b>")) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1)
        work()
        assert only(endpoint).answer == "\ufffd\ufffd<b>"


def test_an_invalid_certificate_is_refused(at_work, tmp_path):
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    at = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(at).not_valid_after(at + timedelta(days=20_000))
    file = tmp_path / "own.pem"
    file.write_bytes(
        built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    receiver = Receiver()
    server = Server(("127.0.0.1", 0), type("Secured", (Handler,), {"receiver": receiver}))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        row = failed_at(f"https://localhost:{server.server_address[1]}/hooks")
    finally:
        server.shutdown()
        server.server_close()
    assert row.error.startswith("Its certificate is not accepted")
    assert receiver.got == []


def test_a_connection_that_was_kept_and_is_closed_by_then_is_no_failure(at_work):
    def behave(handler: Handler, got):
        handler.answer(200)  # and closes, though it did not say so
        handler.close_connection = True

    with receiving(behave) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, *range(1, 6))
        assert work().delivered == 5
        assert [one.attempts for one in deliveries(endpoint)] == [1] * 5


def test_a_message_has_its_time_once_though_its_connection_was_cut(monkeypatch):
    """Sent a second time, it has what is left: the lease of its endpoint has room for no more."""
    monkeypatch.setattr(sender, "TOTAL_SECONDS", 0.2)
    tried = []

    async def cut(self: sender.Sender, message: sender.Message) -> sender.EndpointResponse:
        tried.append(message)
        await asyncio.sleep(0.15)
        if len(tried) == 1:
            raise aiohttp.ServerDisconnectedError
        return sender.EndpointResponse(status=200)

    monkeypatch.setattr(sender.Sender, "_attempt", cut)
    message = sender.Message(1, "https://example.com", "msg_1", b"{}", ())
    with sender.Sender() as by:
        by.send([sender.Chain(SimpleNamespace(good_until=time.monotonic() + 60), 1, (message,))])
        [sent] = [one for one in by.ended(10) if isinstance(one, sender.Sent)]
    assert (len(tried), sent.answer.status) == (2, 0)
    assert sent.answer.error == "It did not answer within 0.2 seconds."


# -- addresses that lead into the network around us


def test_a_name_that_leads_to_a_private_address_by_the_time_of_delivery_is_not_called(
    at_work, receiver, settings, monkeypatch
):
    """DNS rebinding: the name was public when it was saved."""
    import socket

    settings.WEBHOOK_HOSTS = ()
    port = int(receiver.url.rsplit(":", 1)[1].partition("/")[0])
    real, answers = socket.getaddrinfo, [("93.184.215.14", port)]

    def resolve(host, *args, **named):
        if host == "hooks.example.com":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", answers[-1])]
        return real(host, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    endpoint, _ = endpoint_at(f"https://hooks.example.com:{port}/hooks", "toy.*")
    answers.append(("127.0.0.1", port))
    tell(1, 1)
    work()
    assert only(endpoint).error == "Its name leads to no public address."
    assert receiver.got == []


def test_an_address_in_numbers_is_asked_about_at_delivery_too(at_work, receiver, settings):
    endpoint, _ = endpoint_at(receiver.url, "toy.*")
    settings.WEBHOOK_HOSTS = ()  # it was allowed, and is no more
    tell(1, 1)
    work()
    assert only(endpoint).error == "Webhooks are sent to public addresses alone, and this is none."
    assert receiver.got == []


# -- again, later, and no more


def test_the_ladder_is_climbed_for_three_days_and_then_given_up(at_work):
    with receiving(answering(500)) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1, 2)
        at, hours = NOW, []
        for _ in range(40):
            with clock.frozen(at):
                WebhookEndpoint.objects.filter(pk=endpoint.pk).update(  # as one that others reach is
                    paused_until=None, failing_since=None, failures=0
                )
                work()
            row = deliveries(endpoint)[0]
            if row.state == "failed":
                break
            hours.append((row.next_at - at).total_seconds())
            at = row.next_at
        assert row.state == "failed"
        later = deliveries(endpoint)[1]  # of the same object: it had its turn once nothing was before it
        assert later.attempts == 1
        assert row.attempts == len(row.tries) == len(receiver.got) - 1
        assert 10 <= row.attempts <= 20
        assert timedelta(days=3) <= at - NOW <= timedelta(days=3, hours=10)
        assert 4 <= hours[0] <= 6
        assert 48 <= hours[1] <= 72


def test_retry_after_is_heeded(at_work):
    with receiving(lambda handler, got: handler.answer(503, Retry_After="1800")) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1)
        work()
        assert only(endpoint).next_at - NOW == timedelta(minutes=30)
        tell(2, 1)
        with clock.frozen(NOW + timedelta(minutes=29)):
            work()
        assert len(receiver.got) == 1  # nor is another object's sent meanwhile
        receiver.behave = answering(200)
        with clock.frozen(NOW + timedelta(minutes=31)):
            assert work().delivered == 2


def test_an_answer_that_breaks_what_reads_it_is_a_failure_of_its_endpoint_alone(at_work, monkeypatch):
    read = retries.retry_after

    def breaks(header, at):
        if header:
            raise OverflowError(header)
        return read(header, at)

    monkeypatch.setattr(retries, "retry_after", breaks)
    slowly = threading.Event()

    def behave(handler, got):
        slowly.wait(0.2)
        handler.answer(200)

    with receiving(lambda handler, got: handler.answer(500, Retry_After="x")) as bad, receiving(behave) as good:
        broken, _ = endpoint_at(bad.url, "toy.*")
        endpoint_at(good.url, "toy.*")
        tell(1, 1)
        assert work().delivered == 1
        assert [(len(bad.got), len(good.got))] == [(1, 1)]
        assert (only(broken).state, only(broken).attempts, only(broken).status) == ("pending", 1, 500)
        assert fresh(broken).failures == 1


def test_410_disables_at_once_and_the_owner_is_told(at_work):
    with receiving(answering(410)) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1)
        tell(2, 1)
        work()
        assert (fresh(endpoint).state, fresh(endpoint).disabled_reason) == ("disabled", "gone")
        told = Event.objects.get(type="webhook_endpoint.disabled", object_id=endpoint.pk)
        assert (told.data["reason"], told.actor) == ("gone", "system")


@pytest.mark.wide
def test_an_endpoint_that_fails_is_asked_once_in_a_while_and_not_for_every_event(at_work):
    with receiving(answering(500)) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        for toy in range(1, 301):
            tell(toy, 1)
        work()
        assert len(receiver.got) <= CHAINS_OF_SLOW  # those that were on their way at once: failures win no more
        before = len(receiver.got)
        with clock.frozen(fresh(endpoint).paused_until + timedelta(seconds=1)):
            work()
        assert len(receiver.got) == before + 1
        receiver.behave = answering(200)
        with clock.frozen(fresh(endpoint).paused_until + timedelta(seconds=1)):
            assert work().delivered == 300  # the first that arrives brings the others
        assert fresh(endpoint).failing_since is None


def test_one_that_fails_for_a_day_is_disabled_and_resumed_without_loss(at_work):
    with receiving(answering(500)) as receiver:
        endpoint, _ = endpoint_at(receiver.url, "toy.*")
        tell(1, 1)
        work()
        jobs.disable_failing_webhooks()
        assert fresh(endpoint).state == "active"
        with clock.frozen(NOW + timedelta(hours=24)):
            jobs.disable_failing_webhooks()
            assert (fresh(endpoint).state, fresh(endpoint).disabled_reason) == ("disabled", "failing")
            tell(1, 2)
            tell(2, 1)
            before = len(receiver.got)
            work()
            assert len(receiver.got) == before
        receiver.behave = answering(200)
        with clock.frozen(NOW + timedelta(days=9)):
            services.enable_endpoint(endpoint_id=endpoint.pk, actor="test")
            assert work().delivered == 3
        first = receiver.objects()[0][0]
        came = receiver.objects()[before:]
        assert [number for toy, number in came if toy == first] == [1, 2]
        assert [number for toy, number in came if toy != first] == [1]
        with pytest.raises(TransitionNotAllowed):
            services.enable_endpoint(endpoint_id=endpoint.pk, actor="test")


def test_deliveries_that_ended_long_ago_are_deleted(at_work, receiver):
    endpoint, _ = endpoint_at(receiver.url, "toy.*")
    tell(1, 1)
    work()
    with clock.frozen(NOW + timedelta(days=29)):
        jobs.sweep_webhook_deliveries()
        assert len(deliveries(endpoint)) == 1
    with clock.frozen(NOW + timedelta(days=30, seconds=1)):
        jobs.sweep_webhook_deliveries()
    assert deliveries(endpoint) == []


def test_jitter_stays_within_a_fifth(at_work):
    endpoint, _ = endpoint_at("http://127.0.0.1:9/", "toy.*")
    tell(1, 1)
    for chance, seconds in ((0.0, 4), (0.999999, 6)):
        work()
        row = only(endpoint)
        type(row).objects.filter(pk=row.pk).update(attempts=0)
        outcomes.take_in(
            endpoint.pk, [outcomes.Attempt(row.pk, sender.EndpointResponse(status=500))], chance=lambda c=chance: c
        )
        assert (only(endpoint).next_at - NOW).total_seconds() == pytest.approx(seconds, abs=0.01)


def test_what_waited_while_an_endpoint_failed_is_due_when_it_is_back(at_work):
    endpoint, _ = endpoint_at("http://127.0.0.1:9", "toy.*")
    tell(1, 1)
    tell(2, 1)
    with clock.frozen(NOW):
        work()
        first, other = deliveries(endpoint)
        assert min(first.next_at, other.next_at) > NOW
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
            failures=retries.FAILURES_IN_A_ROW, failing_since=NOW - timedelta(hours=1), paused_until=NOW
        )
        outcomes.take_in(endpoint.pk, [outcomes.Attempt(first.pk, sender.EndpointResponse(status=200))])
        assert [(row.state, row.next_at == NOW) for row in deliveries(endpoint)][1] == ("pending", True)
