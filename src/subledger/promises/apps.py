from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "subledger.promises"
    label = "promises"

    def ready(self) -> None:
        from subledger.transactions.collectors import hold_with

        from .queries import payment_holds

        hold_with(payment_holds)
