from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "subledger.catalog"
    label = "catalog"

    def ready(self) -> None:
        from .entries import register

        register()
