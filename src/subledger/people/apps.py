from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "subledger.people"
    label = "people"

    def ready(self) -> None:
        from subledger.page_kit.staff import before_all

        from . import signals  # noqa: F401  it listens
        from .logins import first_step

        before_all(first_step)
