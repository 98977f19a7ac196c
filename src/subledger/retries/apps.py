from django.apps import AppConfig


class RetriesConfig(AppConfig):
    name = "subledger.retries"
    label = "retries"

    def ready(self) -> None:
        from subledger.collecting import withheld
        from subledger.gateways.services import failures

        from .candidates import WITHHELD
        from .services.schedule import schedule

        failures.followers.append(schedule)
        for one in WITHHELD:
            withheld.declare(one)
