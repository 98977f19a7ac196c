from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "subledger.messages"
    label = "messages"
