from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "subledger.platform"
    label = "platform"

    def ready(self) -> None:
        from . import listeners  # noqa: F401  its sweep is a job
