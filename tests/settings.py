"""Django's settings for the tests: nothing is written to a person's data directory, passwords hash fast."""

import os

os.environ.setdefault("SUBLEDGER_SECRET_KEY", "only-for-tests")
os.environ.setdefault("SUBLEDGER_ALLOW_PRIVATE_GATEWAYS", "yes")  # sandboxes are on loopback

from subledger.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
