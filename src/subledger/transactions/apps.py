from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    name = "subledger.transactions"
    label = "transactions"
