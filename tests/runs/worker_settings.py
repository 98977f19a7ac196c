"""Django's settings for workers under test that know the toy kind of run."""

from tests.worker_settings import *  # noqa: F403

PROCRASTINATE_IMPORT_PATHS = ["tests.runs.toy"]
