from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "subledger.people"
    label = "people"

    def ready(self) -> None:
        from . import signals  # noqa: F401  it listens
