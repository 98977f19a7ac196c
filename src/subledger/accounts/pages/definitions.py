"""Payment terms are put in force, one set at a time."""

from __future__ import annotations

from django.forms import Form
from django.http import HttpRequest

from subledger.accounts.models import AccountDefinition
from subledger.accounts.services import activate_definition
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.kinds import entry_of, kind_named
from subledger.page_kit.navigation import Action
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage


def activation_of(request: HttpRequest, row: AccountDefinition) -> list[Action]:
    if row.is_active:
        return []
    return [
        Action(
            say("Put in force"),
            page_url("definition_activate", row.public_id),
            "bolt",
            method="post",
            confirm=say("New postings will follow this definition. Put it in force?"),
        )
    ]


class DefinitionActivatePage(FormPage):
    permission = "configuration.edit"
    done = say("The definition is in force.")
    title = submit_label = say("Put in force")

    def prepare(self, entry: str) -> None:
        self.row = entry_of(kind_named("account-definitions"), entry)

    def act(self, form: Form) -> str:
        activate_definition(definition_id=self.row.pk, actor=actor(self.request))
        return page_url("entries", "account-definitions")
