"""Asking for a workbook of a list that is too long to wait for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.criteria import address_of
from subledger.page_kit.long_lists import list_view
from subledger.page_kit.navigation import Crumb
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.page_kit.workers import AT_ONCE
from subledger.reports.orders import order_list_file


def long_file(request: Any, page: Any) -> list[str]:
    """Where the list that is looked at is asked for as a file."""
    return [f"{page_url('long_file')}?{urlencode({'list': address_of(request, page.criteria), 'title': page.title})}"]


class MailForm(forms.Form):
    mail = forms.BooleanField(label=say("Mail me when it is ready"), required=False)


class LongFilePage(FormPage):
    permission = "export"
    template_name = "page_kit/confirm.html"
    title = say("Export to XLSX")
    submit_label = say("Make the file")

    def prepare(self) -> None:
        self.address = self.request.GET.get("list", "")
        self.named = self.request.GET.get("title", "")[:200] or say("List")
        if self.address or self.request.method == "POST":
            list_view(self.address)
        else:
            self.submit_label = ""

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        if not (self.address and self.request.user.email):  # type: ignore[union-attr]
            return forms.Form(data)
        return MailForm(data)

    def act(self, form: Any) -> str:
        run = order_list_file(
            address=self.address,
            title=self.named,
            member=self.request.staff.membership,  # type: ignore[attr-defined]
            is_mailed=bool(form.cleaned_data.get("mail")),
            actor=actor(self.request),
        )
        return page_url("run", run.pk)

    def extra(self) -> dict[str, Any]:
        if not self.address:
            return {
                "crumbs": [Crumb(self.title)],
                "cancel_url": reverse("backoffice:home"),
                "question": say("Which list?"),
                "consequences": [say("Open the list that you want as a file, and choose XLSX above it.")],
            }
        return {
            "crumbs": [Crumb(self.named, self.address), Crumb(self.title)],
            "cancel_url": self.address,
            "question": say("Write every row of “{named}” into a workbook?", named=self.named),
            "consequences": [
                say(
                    "It has more than {at_once:,} rows, so it is made in the background. You can go on working.",
                    at_once=AT_ONCE,
                ),
                say("The overview says when it is ready to download; it is kept for 30 days."),
                say("CSV of any length is there at once."),
            ],
        }
