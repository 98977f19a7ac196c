"""The product set up on the bench's server, once for the process.

Its models can be imported only after `set_up`, so the benchmarks, which do, are imported after it too.
"""

import os

import django
from django.db import connection

from bench.server import Server


def set_up(server: Server) -> None:
    """Set the product up on ``server``, as an installation with DATABASE_URL would."""
    os.environ.update(environment(server.conninfo))
    django.setup()


def environment(conninfo: str) -> dict[str, str]:
    """The environment variables with which the product works on the database of ``conninfo``."""
    return {
        "DJANGO_SETTINGS_MODULE": "subledger.config.settings",
        "DATABASE_URL": conninfo,
        "SUBLEDGER_SECRET_KEY": "bench",
        "SUBLEDGER_ALLOW_PRIVATE_GATEWAYS": "yes",
    }


def move_to(database: str) -> None:
    """From now on this process's statements go to ``database`` of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = database
