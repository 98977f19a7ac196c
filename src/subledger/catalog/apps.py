from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "subledger.catalog"
    label = "catalog"
