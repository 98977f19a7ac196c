"""Django's settings for the tests: nothing is written to a person's data directory, passwords hash fast."""

import os

os.environ.setdefault("SUBLEDGER_SECRET_KEY", "only-for-tests")

from subledger.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
