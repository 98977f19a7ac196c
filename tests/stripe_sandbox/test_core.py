"""Keys, parameters, errors, headers, lists, search and expansion, seen through the official client."""

import asyncio
import json
import re

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from tests.stripe_sandbox.conftest import START, charge, connect, send

from stripe_sandbox.forms import decode
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.search import parse


def test_a_key_opens_one_mode_of_one_account(sandbox):
    connect(sandbox, "sk_test_a").v1.customers.create()
    live = connect(sandbox, "sk_" + "live_a").v1.customers.create()
    assert live.livemode is True
    assert not connect(sandbox, "sk_test_b").v1.customers.list().data
    assert len(connect(sandbox, "sk_test_a").v1.customers.list().data) == 1
    with pytest.raises(stripe.InvalidRequestError, match="a similar object exists in live mode, but a test mode key"):
        connect(sandbox, "sk_test_a").v1.customers.retrieve(live.id)


def test_both_modes_of_an_account_have_its_id(sandbox):
    ids = [
        connect(sandbox, key).v1.accounts.retrieve_current().id for key in ("sk_test_a", "sk_" + "live_a", "sk_test_b")
    ]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("sk_test_revoked_demo", r"Expired API Key provided: sk_test_\*+demo"),
        ("nonsense", r"Invalid API Key provided: \*{8}$"),
        ("pk_test_demo", "publishable API key"),
        ("sk_other_demo", "Invalid API Key"),
    ],
)
def test_a_bad_key_is_401_and_never_shown_whole(sandbox, key, words):
    with pytest.raises(stripe.AuthenticationError, match=words) as caught:
        connect(sandbox, key).v1.customers.list()
    assert caught.value.http_status == 401
    assert key not in str(caught.value) or len(key) < 9


def test_a_missing_key_is_401(sandbox):
    answer = send(sandbox, "GET", "/v1/customers", authorization="")
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Stripe"')


def test_a_key_may_come_by_basic_authentication(sandbox):
    assert send(sandbox, "GET", "/v1/customers", authorization="Basic c2tfdGVzdF9kZW1vOg==").status == 200


def test_a_read_only_key_cannot_write(sandbox):
    reader = connect(sandbox, "rk_test_readonly_demo").v1
    assert reader.customers.list().data == []
    with pytest.raises(stripe.PermissionError) as caught:
        reader.customers.create()
    assert caught.value.http_status == 403
    assert not connect(sandbox, "sk_test_demo").v1.customers.list().data


def test_other_accounts_cannot_be_acted_for(sandbox, api):
    with pytest.raises(stripe.PermissionError, match="does not have access to account 'acct_other'"):
        api.customers.list(options={"stripe_account": "acct_other"})
    own = api.accounts.retrieve_current().id
    assert api.customers.list(options={"stripe_account": own}).data == []


def test_an_answer_names_its_request_and_version(sandbox, api):
    answer = api.customers.create({"name": "Ana"}).last_response
    assert re.fullmatch(r"req_\w{14}", answer.request_id)
    assert answer.headers["Stripe-Version"] == stripe.api_version
    assert answer.headers["Original-Request"] == answer.request_id


def test_a_malformed_version_is_refused(sandbox):
    assert send(sandbox, "GET", "/v1/customers", stripe_version="yesterday").status == 400
    assert send(sandbox, "GET", "/v1/customers", stripe_version="2024-06-20").headers["Stripe-Version"] == "2024-06-20"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"nme": "Ana"}, "parameter_unknown", "nme"),
        ({"address": {"town": "Riga"}}, "parameter_unknown", "address[town]"),
        ({"balance": "much"}, "parameter_invalid_integer", "balance"),
        ({"email": ""}, "parameter_invalid_empty", "email"),
        ({"tax_exempt": "perhaps"}, None, "tax_exempt"),
        ({"address": "Riga"}, None, "address"),
        ({"preferred_locales": "de"}, None, "preferred_locales"),
        ({"metadata": "x"}, None, "metadata"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata[k]"),
        ({"metadata": {f"k{i}": "v" for i in range(51)}}, None, "metadata"),
        ({"shipping": {"phone": "1"}}, "parameter_missing", "shipping[address]"),
        ({"test_clock": "clock_no"}, "resource_missing", "test_clock"),
    ],
)
def test_wrong_parameters_are_named(api, params, code, param):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.customers.create(params)
    assert (caught.value.http_status, caught.value.code, caught.value.param) == (400, code, param)
    assert api.customers.list().data == []


def test_a_missing_parameter_is_named(api):
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: amount") as caught:
        api.payment_intents.create({"currency": "eur"})
    assert caught.value.code == "parameter_missing"
    assert caught.value.error.doc_url == "https://stripe.com/docs/error-codes/parameter-missing"


def test_an_unknown_path_is_404(sandbox):
    for method, path in (("GET", "/v1/unicorns"), ("DELETE", "/v1/customers"), ("GET", "/v1//customers"), ("GET", "/")):
        answer = send(sandbox, method, path)
        assert answer.status == 404
        assert f"Unrecognized request URL ({method}: {path})" in json.loads(answer.body)["error"]["message"]


def test_a_body_that_is_no_form_is_refused(sandbox):
    assert send(sandbox, "POST", "/v1/customers", '{"name":"Ana"}', content_type="application/json").status == 400
    assert send(sandbox, "POST", "/v1/customers", "a]b=1").status == 400
    assert send(sandbox, "POST", "/v1/customers", "name=1&name[x]=2").status == 400


@given(st.binary(max_size=200))
def test_no_body_makes_the_sandbox_fail(body):
    outcome = send(Sandbox(start=START), "POST", "/v1/payment_intents", body.decode("latin-1"))
    assert outcome.status == 400


def test_forms_are_read_as_stripe_reads_them():
    text = "a=1&b[c]=2&b[d][e]=3&f[]=x&f[]=y&g[0][h]=4&g[1][h]=5&i=%26%3D&j="
    assert decode(text) == {
        "a": "1",
        "b": {"c": "2", "d": {"e": "3"}},
        "f": {"0": "x", "1": "y"},
        "g": {"0": {"h": "4"}, "1": {"h": "5"}},
        "i": "&=",
        "j": "",
    }


def test_metadata_is_merged_unset_and_cleared(api, customer):
    api.customers.update(customer.id, {"metadata": {"a": "1", "b": "2"}})
    changed = api.customers.update(customer.id, {"metadata": {"a": "", "c": "3"}})
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert api.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}


def test_a_deleted_customer_is_remembered_as_deleted(api, customer, card):
    assert api.customers.delete(customer.id).deleted is True
    assert api.customers.retrieve(customer.id).deleted is True
    assert api.payment_methods.retrieve(card.id).customer is None
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        api.customers.update(customer.id, {"name": "Bea"})


def test_pages_go_both_ways_and_say_whether_there_is_more(sandbox, api):
    ids = [api.customers.create({"name": str(i)}).id for i in range(7)][::-1]
    first = api.customers.list({"limit": 3})
    assert ([c.id for c in first.data], first.has_more) == (ids[:3], True)
    rest = api.customers.list({"limit": 10, "starting_after": ids[2]})
    assert ([c.id for c in rest.data], rest.has_more) == (ids[3:], False)
    assert api.customers.list({"limit": 7}).has_more is False
    back = api.customers.list({"limit": 2, "ending_before": ids[3]})
    assert ([c.id for c in back.data], back.has_more) == (ids[1:3], True)
    assert [c.id for c in api.customers.list({"limit": 2}).auto_paging_iter()] == ids


def test_a_page_starts_where_it_was_told_although_the_list_grew(api):
    ids = [api.customers.create().id for _ in range(4)][::-1]
    first = api.customers.list({"limit": 2})
    api.customers.create()
    assert [c.id for c in api.customers.list({"starting_after": first.data[-1].id}).data] == ids[2:]


def test_created_narrows_a_list(sandbox, api):
    for _ in range(3):
        api.customers.create()
        sandbox.timeline.advance_to(sandbox.timeline.now + 10)
    count = lambda created: len(api.customers.list({"created": created}).data)  # noqa: E731
    assert count(START + 10) == 1
    assert count({"gte": START + 10}) == 2
    assert count({"gt": START, "lt": START + 20}) == 1
    assert count({"lte": START + 20}) == 3


@pytest.mark.parametrize(
    "params",
    [{"limit": 101}, {"limit": 0}, {"starting_after": "cus_no"}, {"starting_after": "a", "ending_before": "b"}],
)
def test_wrong_pages_are_refused(api, params):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        api.customers.list(params)
    assert caught.value.http_status == 400


def test_search_finds_by_metadata(api, customer, card):
    found = charge(api, customer, card.id, metadata={"request": "pgr_1"})
    charge(api, customer, card.id, metadata={"request": "pgr_2"})
    result = api.payment_intents.search({"query": "metadata['request']:'pgr_1' AND status:'succeeded'"})
    assert [intent.id for intent in result.data] == [found.id]
    assert not api.payment_intents.search({"query": "metadata['request']:'pgr_3'"}).data


def test_search_pages(api):
    ids = [api.customers.create({"name": "Ana"}).id for _ in range(5)][::-1]
    first = api.customers.search({"query": "name:'ana'", "limit": 3})
    second = api.customers.search({"query": "name:'ana'", "limit": 3, "page": first.next_page})
    assert [c.id for c in first.data + second.data] == ids
    assert (first.has_more, second.has_more, second.next_page) == (True, False, None)


def test_search_lags_as_much_as_told(sandbox, api):
    sandbox.search_lag = 60
    api.customers.create({"name": "Ana"})
    assert not api.customers.search({"query": "name:'Ana'"}).data
    sandbox.timeline.advance_to(START + 60)
    assert api.customers.search({"query": "name:'Ana'"}).data


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("metadata['a']:'1'", True),
        ('metadata["a"]:"2"', False),
        ("-metadata['a']:'2'", True),
        ("metadata['z']:null", True),
        ("-metadata['a']:null", True),
        ("amount>99 amount<101", True),
        ("amount>100", False),
        ("amount:100 AND name:'ANA'", True),
        ("amount:1 OR amount:100", True),
        ("name~'nab'", True),
        ("metadata['q']:'it\\'s'", True),
    ],
)
def test_queries_mean_what_they_say(query, holds):
    row = {"amount": 100, "name": "Anabel", "metadata": {"a": "1", "q": "it's"}, "created": 1}
    row["name"] = "Ana" if "ANA" in query else row["name"]
    assert parse(query, ("amount", "name"))(row) is holds


@pytest.mark.parametrize(
    "query", ["", "amount", "colour:'red'", "amount:1 AND name:'a' OR amount:2", "name~'ab'", "a'b"]
)
def test_queries_that_stripe_refuses_are_refused(api, query):
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_intents.search({"query": query or " "})


def test_expansion_goes_deep_and_into_lists(api, customer, card):
    charge(api, customer, card.id)
    paths = ["data.latest_charge.balance_transaction", "data.customer.invoice_settings.default_payment_method"]
    intent = api.payment_intents.list({"expand": paths}).data[0]
    assert intent.latest_charge.balance_transaction.fee == 59
    assert intent.customer.invoice_settings.default_payment_method.card.last4 == "4242"
    assert isinstance(api.payment_intents.list().data[0].customer, str), "what is stored must stay as it was"


@pytest.mark.parametrize("path", ["nothing", "amount", "customer.unknown", "a.b.c.d.e"])
def test_what_cannot_be_expanded_is_refused(api, customer, card, path):
    intent = charge(api, customer, card.id)
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_intents.retrieve(intent.id, {"expand": [path]})


def test_expansion_ends_at_four_levels(api, customer, card):
    intent = charge(api, customer, card.id)
    four = "latest_charge.payment_intent.latest_charge.customer"
    assert api.payment_intents.retrieve(intent.id, {"expand": [four]}).latest_charge.payment_intent.id == intent.id
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        api.payment_intents.retrieve(intent.id, {"expand": [f"{four}.invoice_settings.default_payment_method"]})


def test_the_asynchronous_client_needs_no_socket_either(sandbox):
    made = asyncio.run(connect(sandbox).v1.customers.create_async({"name": "Ana"}))
    assert made.name == "Ana"


def test_equal_seeds_and_requests_give_equal_answers():
    def run(seed):
        api = connect(Sandbox(seed=seed, start=START)).v1
        customer = api.customers.create({"name": "Ana"})
        method = api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        return charge(api, customer, method.id).last_response.body

    assert run("a") == run("a") != run("b")
