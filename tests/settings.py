"""Django's settings for the tests: nothing is written to a person's data directory, passwords hash fast."""

import os

os.environ.setdefault("SUBLEDGER_SECRET_KEY", "only-for-tests")
os.environ.setdefault("SUBLEDGER_ALLOW_PRIVATE_GATEWAYS", "yes")  # sandboxes are on loopback

# As the child is told that reads workbooks: tests read them in their own process (`tests.read_here`).
os.environ.update(OPENPYXL_LXML="False", OPENPYXL_DEFUSEDXML="True")

from subledger.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
