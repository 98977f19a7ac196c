from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "subledger.platform"
    label = "platform"

    def ready(self) -> None:
        from . import listeners, rooms

        rooms.prefixes()  # what rooms declare is refused before any part of the program runs
        listeners.listeners()
