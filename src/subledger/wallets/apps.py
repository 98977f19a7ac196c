from django.apps import AppConfig


class WalletsConfig(AppConfig):
    name = "subledger.wallets"
    label = "wallets"
