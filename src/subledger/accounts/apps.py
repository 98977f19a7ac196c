from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "subledger.accounts"
    label = "accounts"

    def ready(self) -> None:
        from .entries import register

        register()
