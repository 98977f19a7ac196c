"""Secrets are sealed for this installation alone; a changed secret key opens what the old one sealed, if it is kept."""

from __future__ import annotations

import traceback

import pytest

from subledger.platform.encryption import seal, unseal
from subledger.platform.errors import SealedWithAnotherKey

SECRET = "sk_test_a_key_of_a_gateway"


def test_what_is_sealed_opens_and_shows_nothing():
    sealed = seal(SECRET)
    assert unseal(sealed) == SECRET
    assert SECRET not in sealed
    assert sealed.isascii()
    assert seal(SECRET) != sealed, "equal secrets do not look equal"


def test_any_text_can_be_sealed_and_nothing_stays_nothing():
    assert unseal(seal("Schlüssel €")) == "Schlüssel €"
    assert (seal(""), unseal("")) == ("", "")


def test_another_secret_key_does_not_open_it(settings):
    sealed = seal(SECRET)
    settings.SECRET_KEY = "another"
    with pytest.raises(SealedWithAnotherKey, match="sealed with another secret key") as refusal:
        unseal(sealed)
    said = "".join(traceback.format_exception(refusal.value)) + repr(refusal.value)
    assert sealed not in said


def test_a_changed_secret_key_opens_what_the_old_one_sealed_and_seals_anew(settings):
    sealed = seal(SECRET)
    old, settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = settings.SECRET_KEY, "new", ["older", settings.SECRET_KEY]
    assert unseal(sealed) == SECRET
    again = seal(SECRET)
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(again) == SECRET
    with pytest.raises(SealedWithAnotherKey):
        unseal(sealed)
    settings.SECRET_KEY = old
    with pytest.raises(SealedWithAnotherKey):
        unseal(again)


@pytest.mark.parametrize("change", [lambda text: text[:-4], lambda text: text[1:], str.lower, str.swapcase])
def test_what_was_changed_does_not_open(change):
    with pytest.raises(SealedWithAnotherKey):
        unseal(change(seal(SECRET)))


def test_the_sealing_key_is_not_the_secret_key(settings):
    """Whoever learns the one has not got the other, nor what signs links and sessions."""
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    from cryptography.fernet import Fernet, InvalidToken

    plain = Fernet(urlsafe_b64encode(sha256(settings.SECRET_KEY.encode()).digest()))
    with pytest.raises(InvalidToken):
        plain.decrypt(seal(SECRET).encode())
