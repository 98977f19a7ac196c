from django.apps import AppConfig


class StripeClientConfig(AppConfig):
    name = "subledger.stripe_client"
    label = "stripe_client"
