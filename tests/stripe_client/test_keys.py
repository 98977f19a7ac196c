"""Keys that cannot work are told before they are used; versions are those that the SDK and the tests know."""

from __future__ import annotations

import pytest
import stripe

from subledger.gateways.stripe import STRIPE
from subledger.gateways.stripe.orders import types_parameter
from subledger.stripe_client.keys import API_VERSIONS, account_key, check_key


@pytest.mark.parametrize("key", ["sk_test_abcd1234", "rk_test_abcd1234", "sk_test_a-b_c"])
def test_a_key_of_the_right_mode_is_taken(key):
    assert check_key(key, "test") == ""
    assert check_key(key.replace("test", "live"), "live") == ""


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("", "There is no test key"),
        ("pk_test_abcd1234", "publishable"),
        ("whsec_abcd1234", "signing secret"),
        ("sk_" + "live_abcd1234", "mode is test"),
        ("rk_live_abcd1234", "mode is test"),
        ("sk_org_live_abcd1234", "not a secret key"),
        ("sk_test_", "not a secret key"),
        ("sk_test_abcd 1234", "not a secret key"),
        (" sk_test_abcd1234", "not a secret key"),
        ("hunter2", "not a secret key"),
    ],
)
def test_a_key_that_cannot_work_is_told_without_repeating_it(key, says):
    told = check_key(key, "test")
    assert says in told
    assert "abcd" not in told
    assert "hunter2" not in told


def test_new_providers_get_the_version_that_the_sdk_is_written_for():
    assert STRIPE.api_versions[0] == stripe.api_version
    assert len(API_VERSIONS) == len(set(API_VERSIONS)) >= 3
    assert list(API_VERSIONS) == sorted(API_VERSIONS, reverse=True)


def test_the_kinds_of_payment_methods_go_by_the_name_of_their_version():
    assert types_parameter("2026-10-28.endive") == "allowed_payment_method_types"
    assert types_parameter("2026-03-25.dahlia") == "payment_method_types"


def test_keys_of_one_account_share_its_budget_and_the_two_modes_do_not():
    account, rest = "51AbCdEfGhIjKlMnO", "p" * 82
    secret, restricted = f"sk_live_{account}{rest}", f"rk_live_{account}{rest[::-1]}q"
    assert account_key(secret, "live") == account_key(restricted, "live") == "live acct_1AbCdEfGhIjKlMnO"
    assert account_key(secret, "live") != account_key(secret.replace("live", "test"), "test")


def test_a_key_that_does_not_say_its_account_is_known_by_its_fingerprint():
    assert account_key("sk_test_shop", "test") != account_key("sk_test_other", "test")
    assert "shop" not in account_key("sk_test_shop", "test")
