"""The sandbox on a wire: the official client over HTTP, webhooks by POST, and lines that break."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe
from tests.stripe_sandbox.conftest import START, charge

from stripe_sandbox.server import running_sandbox, sandbox_process


@pytest.fixture
def served():
    with running_sandbox() as running:
        yield running


def over_http(running, key="sk_test_demo", **options):
    return stripe.StripeClient(
        key, base_addresses={"api": running.url}, http_client=stripe.RequestsClient(), max_network_retries=0, **options
    ).v1


@pytest.fixture
def inbox():
    """An endpoint that fails its first request and keeps what it gets."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((body, self.headers["Stripe-Signature"]))
            self.send_response(500 if len(got) == 1 else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    got = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", got
    server.shutdown()
    thread.join()
    server.server_close()


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_the_official_client_cannot_tell(served):
    api = over_http(served)
    customer = api.customers.create({"name": "Ana", "metadata": {"ü": "ß€"}})
    method = api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    assert charge(api, customer, method.id).status == "succeeded"
    assert api.customers.retrieve(customer.id).metadata["ü"] == "ß€"
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        api.customers.retrieve("cus_no")


def test_the_asynchronous_client_works_too(served):
    async def run():
        http = stripe.AIOHTTPClient()
        client = stripe.StripeClient("sk_test_demo", base_addresses={"api": served.url}, http_client=http)
        try:
            made = await asyncio.gather(*(client.v1.customers.create_async({"name": str(i)}) for i in range(50)))
        finally:
            await http.close_async()
        return {customer.id for customer in made}

    assert len(asyncio.run(run())) == 50


def test_webhooks_arrive_signed_and_are_tried_again(served, inbox):
    url, got = inbox
    served.control("POST", "webhooks", {"key": "sk_test_demo", "url": url, "secret": "whsec_test"})
    over_http(served).customers.create({"name": "Ana"})
    until(lambda: len(got) == 1)
    until(lambda: served.control("GET", "deliveries"))
    served.control("POST", "clock", {"advance": 300})
    until(lambda: len(got) == 2)
    events = [stripe.Webhook.construct_event(body, sign, "whsec_test") for body, sign in got]
    assert events[0].id == events[1].id
    until(lambda: not served.control("GET", "deliveries"))


def test_an_endpoint_that_is_not_there_is_tried_later(served):
    served.control("POST", "webhooks", {"key": "sk_test_demo", "url": "http://127.0.0.1:9/hook"})
    over_http(served).customers.create()
    until(lambda: [d["attempts"] for d in served.control("GET", "deliveries")] == [1])


@pytest.mark.parametrize("action", ["drop_before", "drop_after", "timeout_after"])
def test_a_broken_line_is_an_error_of_the_connection(served, action):
    api = over_http(served)
    served.control("POST", "faults", [{"path": "customers", "action": action, "seconds": 0.05}])
    with pytest.raises(stripe.APIConnectionError):
        api.customers.create({"name": "Ana"})
    assert len(api.customers.list().data) == (action != "drop_before")


def test_a_silence_outlasts_the_patience_of_the_client(served):
    impatient = stripe.StripeClient(
        "sk_test_demo", base_addresses={"api": served.url}, http_client=stripe.RequestsClient(timeout=0.2)
    ).v1
    served.control("POST", "faults", [{"path": "customers", "action": "timeout_after", "seconds": 2}])
    with pytest.raises(stripe.APIConnectionError):
        impatient.customers.create({"name": "Ana"})
    assert len(over_http(served).customers.list().data) == 1


@pytest.mark.wide
def test_a_slow_request_holds_its_key(served):
    served.control("POST", "faults", [{"path": "customers", "action": "slow", "seconds": 2.0}])
    key = {"idempotency_key": "k"}
    slow = threading.Thread(target=lambda: made.append(over_http(served).customers.create({}, key).id))
    made = []
    slow.start()
    until(lambda: served.sandbox.account("demo").answers)
    with pytest.raises(stripe.APIError) as caught:
        over_http(served).customers.create({}, key)
    assert caught.value.http_status == 409
    slow.join()
    assert over_http(served).customers.create({}, key).id == made[0]


def test_a_slow_answer_does_not_hold_the_end():
    with running_sandbox() as running:
        running.control("POST", "faults", [{"path": "customers", "action": "slow", "seconds": 60}])

        def ask():
            with pytest.raises(stripe.APIConnectionError):
                over_http(running).customers.create({})

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        until(lambda: running.sandbox.account("demo").answers)
        ends = time.monotonic()
    asking.join(30)
    assert not asking.is_alive()
    assert time.monotonic() - ends < 30
    assert "stripe-sandbox" not in {each.name for each in threading.enumerate()}


def test_a_control_error_is_raised(served):
    with pytest.raises(RuntimeError, match="400"):
        served.control("POST", "clock", {"advance": -1})


def test_a_port_in_use_is_told(served):
    port = int(served.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"), running_sandbox(port=port):
        pass


def test_a_sandbox_in_a_process_of_its_own(tmp_path):
    (tmp_path / "faults.json").write_text('[{"path": "customers", "action": "error_before"}]')
    faults = str(tmp_path / "faults.json")
    with sandbox_process("--start", str(START), "--webhook", "http://127.0.0.1:9/hook", "--faults", faults) as served:
        api = over_http(served)
        with pytest.raises(stripe.APIError):
            api.customers.create()
        assert api.customers.create().created == START
        assert served.control("GET", "clock")["now"] == START
        until(lambda: [d["attempts"] for d in served.control("GET", "deliveries")] == [1])
    with pytest.raises(stripe.APIConnectionError):
        api.customers.list()


def test_the_command_says_where_it_listens_and_stops_when_told():
    command = [sys.executable, "-m", "stripe_sandbox", "--port", "0", "--webhook", "http://127.0.0.1:9/hook"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert re.fullmatch(r"webhook secret whsec_\w{32}\n", process.stdout.readline())
        assert re.fullmatch(r"listening on http://127\.0\.0\.1:\d+\n", process.stdout.readline())
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0
        process.stdout.close()


def test_the_command_refuses_a_port_in_use(served):
    command = [sys.executable, "-m", "stripe_sandbox", "--port", served.url.rpartition(":")[2]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 1
    assert "cannot serve" in done.stderr
