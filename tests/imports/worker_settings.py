"""Django's settings for workers that die in an import."""

from tests.worker_settings import *  # noqa: F403

PROCRASTINATE_IMPORT_PATHS = ["tests.imports.killer"]
