from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "subledger.webhooks"
    label = "webhooks"
