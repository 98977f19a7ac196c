"""A sandbox that is stopped and started again knows what it knew."""

from stripe_sandbox.journal import Journal
from stripe_sandbox.routing import Request
from stripe_sandbox.sandbox import Sandbox


def tell(sandbox: Sandbox, journal: Journal, method: str, path: str, body: bytes = b"") -> bytes:
    request = Request(method, path, "", {"authorization": "Bearer sk_test_shop"}, body)
    journal.write(sandbox, request)
    return sandbox.handle(request).body


def test_what_was_told_is_known_again_after_a_restart(tmp_path):
    path = tmp_path / "journal"
    first, journal = Sandbox(), Journal(path)
    assert journal.replay(first) == 0
    made = tell(first, journal, "POST", "/v1/customers", b"name=Ana")
    tell(first, journal, "GET", "/v1/customers")
    charged = tell(
        first, journal, "POST", "/v1/payment_intents",
        b"amount=7500&currency=eur&payment_method=pm_card_visa&confirm=true&return_url=https://shop.example",
    )  # fmt: skip
    listed = first.handle(Request("GET", "/v1/payment_intents", "", {"authorization": "Bearer sk_test_shop"})).body
    journal.close()
    path.write_text(path.read_text() + '[1760000000.5, "POST", "/v1/cust')  # it was killed while writing

    second, journal = Sandbox(), Journal(path)
    assert journal.replay(second) == 3
    again = second.handle(Request("GET", "/v1/payment_intents", "", {"authorization": "Bearer sk_test_shop"})).body
    assert again == listed
    assert b'"amount_received": 7500' in charged or b'"amount_received":7500' in charged
    assert second.timeline.exact >= first.timeline.exact - 1
    assert not second.outbox.waiting()
    assert made
    journal.close()


def test_only_its_owner_reads_it_also_where_an_older_one_was_open_to_all(tmp_path):
    path = tmp_path / "sandbox.journal"
    path.touch(mode=0o644)
    path.chmod(0o644)
    journal = Journal(path)
    journal.replay(Sandbox())
    journal.close()
    assert path.stat().st_mode & 0o777 == 0o600
