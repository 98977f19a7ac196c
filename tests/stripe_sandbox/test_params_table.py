"""The table of parameters is the SDK's, and every route of the sandbox stands in it."""

import json

import stripe
from tests.stripe_sandbox.generate_params import FILE, generate

from stripe_sandbox import params
from stripe_sandbox.sandbox import ENDPOINTS
from stripe_sandbox.shapes import EXAMPLES


def test_the_table_is_what_the_sdk_declares():
    assert FILE.read_text() == generate(), "run: python -m tests.stripe_sandbox.generate_params"
    assert stripe.api_version == params.API_VERSION


def test_every_type_that_is_named_is_there():
    table = json.loads(FILE.read_text())
    primitives = {"str", "int", "bool", "float", "decimal", "empty", "any"}

    def named(declared):
        if isinstance(declared, str):
            yield declared
        elif declared[0] != "enum":
            for inner in declared[1:]:
                yield from named(inner)

    used = {n for t in table["types"].values() for d in t["fields"].values() for n in named(d)}
    assert used - primitives <= set(table["types"])
    assert not used & {"any"}


def test_an_answer_of_every_resource_has_an_example():
    assert {"customer", "payment_intent", "charge", "refund", "dispute", "checkout.session", "event"} <= set(EXAMPLES)
    assert all(example for example in EXAMPLES.values())
    assert ENDPOINTS
