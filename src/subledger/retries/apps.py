from django.apps import AppConfig


class RetriesConfig(AppConfig):
    name = "subledger.retries"
    label = "retries"

    def ready(self) -> None:
        from subledger.collecting import cards_to_come, withheld
        from subledger.gateways.services import failures, last_look

        from .candidates import CARDS, WITHHELD
        from .queries import made_by_retries
        from .services.schedule import go_on_or_end, schedule

        failures.followers.append(schedule)
        failures.withdrawals.append(go_on_or_end)
        last_look.automatic.append(made_by_retries)
        for one in WITHHELD:
            withheld.declare(one)
        cards_to_come.declare(CARDS)
