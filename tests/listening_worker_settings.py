"""Django's settings for a worker that hears of jobs or never learns of them: it looks for none by itself."""

from tests.worker_settings import *  # noqa: F403

PROCRASTINATE_ON_APP_READY = "tests.listening_worker_settings.listen"


def listen(app: object) -> None:
    from subledger.config import worker

    worker.LOOK_SECONDS = 3600
