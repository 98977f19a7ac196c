from django.apps import AppConfig


class PageKitConfig(AppConfig):
    name = "subledger.page_kit"
    label = "page_kit"
