"""Django's settings for workers under test: they know some sample jobs, and are given up for dead sooner."""

from tests.settings import *  # noqa: F403

PROCRASTINATE_IMPORT_PATHS = ["tests.platform.sample_jobs"]
PROCRASTINATE_ON_APP_READY = "tests.worker_settings.hurry"


def hurry(app: object) -> None:
    from subledger.config import worker
    from subledger.platform import jobs

    worker.STOP_SECONDS = 5
    jobs.HEARTBEAT_SECONDS, jobs.SILENT_SECONDS = 0.2, 1
