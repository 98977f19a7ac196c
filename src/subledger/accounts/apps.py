from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "subledger.accounts"
    label = "accounts"
