"""Links for customers, made at the desk to be copied: pay an invoice, finish a payment, register a card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.shortcuts import redirect

from subledger.gateways.models import PaymentRequest
from subledger.gateways.pages.common import request_url
from subledger.gateways.pages.forms import LinkForm
from subledger.gateways.pages.requests import OnRequest
from subledger.gateways.services.instruments import check_registrable
from subledger.gateways.services.public import HOURS, LinkKind, check_shown, link_for, live_links, revoke_link
from subledger.kernel.errors import DomainError
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.navigation import Action, Crumb, may
from subledger.page_kit.subjects import SubjectForm, subject_named
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.platform.public_address import public_url
from subledger.transactions.queries import transaction_by_id
from subledger.transactions.states import Classification


@dataclass(frozen=True)
class Shown:
    """A link to be copied."""

    url: str
    until: Any


class LinkPage(FormPage):
    """Makes a link for a customer, and shows it to be copied; revokes those made before, each by itself."""

    permission = "gateways.charge"
    template_name = "page_kit/link.html"
    form_class = LinkForm
    submit_label = say("Make the link")
    link_kind: LinkKind
    about = ""  # what the customer can do with it

    def object_id(self) -> int:
        raise NotImplementedError

    def post(self, request: Any, **named: Any) -> Any:
        if "revoke" in request.POST:
            try:
                revoke_link(link=request.POST["revoke"], actor=actor(request))
            except DomainError as error:
                return self.rendered(self.form(), error.status, error=error)
            messages.success(request, say("The link is revoked: it opens nothing any more."))
            return redirect(request.path)
        self.link: Shown | None = None
        answer = super().post(request, **named)
        if self.link is None:
            return answer
        shown = self.shown(form=self.form(), link=self.link)
        shown["Cache-Control"] = "no-store"
        return shown

    def act(self, form: Form) -> str:
        hours = form.cleaned_data["hours"]
        made = link_for(self.link_kind, self.object_id(), hours, actor=actor(self.request))
        self.link = Shown(public_url(self.request, made.path), made.expires_at)
        return self.request.path

    def extra(self) -> dict[str, Any]:
        return {
            "intro": self.about,
            "copy_label": say("Send this link to the customer"),
            "links_url": self.request.path,
            "live_links": live_links(self.link_kind, self.object_id()),
        }


class RequestLinkPage(OnRequest, LinkPage):
    title = say("Link for the customer")
    link_kind = LinkKind.AUTHENTICATE
    about = say("Whoever opens the link can finish this payment with their bank, and nothing else. No login is needed.")

    def object_id(self) -> int:
        return self.row.pk

    def extra(self) -> dict[str, Any]:
        row = self.row
        opened = Shown(row.action_url, row.action_expires_at) if is_own_page(row) else None
        found = {**super().extra(), **self.crumbs(self.title), "cancel_url": request_url(row)}
        return {**found, "link": opened} if opened else found


class InvoiceLinkPage(LinkPage):
    title = say("Link to pay")
    link_kind = LinkKind.PAY
    about = say("Whoever opens the link sees this invoice and can pay what is open of it. No login is needed.")

    def prepare(self, transaction_id: int) -> None:
        self.invoice = transaction_by_id(transaction_id, Classification.INVOICE)

    def object_id(self) -> int:
        return self.invoice.pk

    def extra(self) -> dict[str, Any]:
        here = page_url("transaction", self.invoice.pk)
        crumbs = [*subject_named("transaction").crumbs(self.invoice), Crumb(self.title)]
        return {**super().extra(), "crumbs": crumbs, "cancel_url": here}


def is_own_page(row: PaymentRequest) -> bool:
    """Whether its customer is on a page of the gateway's whose address is known."""
    return bool(row.action_url) and row.transaction_id is None


class AccountLinkPage(SubjectForm, LinkPage):
    subject = "account"
    permission = "gateways.charge"
    title = say("Link to the customer's page")
    link_kind = LinkKind.ACCOUNT
    about = say(
        "Whoever opens the link sees this account, can pay what is open, one document, several or all, and keeps "
        "its cards and mandates. No login is needed."
    )

    def get(self, request: Any, **named: Any) -> Any:
        check_shown(self.subject_row)
        return super().get(request, **named)

    def initial(self) -> dict[str, Any]:
        return {"hours": HOURS[self.link_kind]}

    def object_id(self) -> int:
        return self.subject_row.pk

    def extra(self) -> dict[str, Any]:
        return {**SubjectForm.extra(self), **LinkPage.extra(self), "actions": self._mail()}

    def _mail(self) -> list[Action]:
        """The letter that is ready for it: the link is made with it, and nobody copies anything."""
        if not may(self.request, "messages.send"):
            return []
        url = f"{page_url('message_new', 'account', self.subject_row.public_id)}?{urlencode({'kind': 'account_link'})}"
        return [Action(say("Send it by mail"), url, "mail", rank=10)]


class CardLinkPage(SubjectForm, LinkPage):
    subject = "account"
    permission = "gateways.charge"
    title = say("Link to register a card")
    link_kind = LinkKind.REGISTER
    about = say("Whoever opens the link can register a card or mandate for this account. No login is needed.")

    def get(self, request: Any, **named: Any) -> Any:
        check_registrable(self.subject_row)
        return super().get(request, **named)

    def object_id(self) -> int:
        return self.subject_row.pk

    def extra(self) -> dict[str, Any]:
        return {**SubjectForm.extra(self), **LinkPage.extra(self)}
