from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    name = "subledger.transactions"
    label = "transactions"

    def ready(self) -> None:
        from .entries import register

        register()
