from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    name = "subledger.transactions"
    label = "transactions"

    def ready(self) -> None:
        from subledger.accounts import terminating

        from .entries import register
        from .stranded import stranded

        register()
        terminating.reporters.append(stranded)
