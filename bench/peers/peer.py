"""What both peer scripts share; runs in the peers' virtual environment, without subledger.

A script is called twice: ``prepare`` migrates an empty database and creates the master data,
``run --seconds N`` posts for N seconds and prints ``{"pairs": 123, "seconds": 10.01}``. A pair is one
invoice and its payment. Start-up and a warm-up of 20 pairs are not timed.
"""

import argparse
import json
import random
import time
from collections.abc import Callable

import django
from django.conf import settings
from django.core.management import call_command
from psycopg.conninfo import conninfo_to_dict

WARM_UP_PAIRS = 20
SEED = 20131
CUSTOMERS = 100


def configure(conninfo: str, apps: list[str]) -> None:
    """Set Django up on ``conninfo``, with the settings a production installation would have."""
    parts = conninfo_to_dict(conninfo)
    settings.configure(
        SECRET_KEY="bench",
        DEBUG=False,
        USE_TZ=True,
        TIME_ZONE="UTC",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *apps],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DJANGO_LEDGER_USE_DEPRECATED_BEHAVIOR=False,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts["dbname"],
                "USER": parts.get("user", ""),
                "PASSWORD": parts.get("password", ""),
                "HOST": parts.get("host", ""),
                "PORT": parts.get("port", ""),
                "CONN_MAX_AGE": None,
            }
        },
    )
    django.setup()


def main(apps: list[str], prepare: Callable[[], None], pair_maker: Callable[[], Callable]) -> None:
    """Parse the command line and do as told; ``pair_maker()`` returns ``post_pair(random)``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=["prepare", "run"])
    parser.add_argument("--conninfo", required=True)
    parser.add_argument("--seconds", type=float, default=10.0)
    args = parser.parse_args()

    configure(args.conninfo, apps)
    if args.step == "prepare":
        call_command("migrate", verbosity=0)
        prepare()
        return

    post_pair = pair_maker()
    rng = random.Random(SEED)
    for _ in range(WARM_UP_PAIRS):
        post_pair(rng)
    pairs, started = 0, time.perf_counter()
    while time.perf_counter() - started < args.seconds:
        post_pair(rng)
        pairs += 1
    print(json.dumps({"pairs": pairs, "seconds": time.perf_counter() - started}))
