"""Who works for the company: people with their roles and logins, and those who are invited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.db.models import Case, QuerySet, Value, When
from django.forms import Form
from django.http.response import HttpResponseBase
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from subledger.companies.models import Membership, Role
from subledger.companies.permissions import MANAGES_PEOPLE
from subledger.companies.services import add_member, remove_member, version_of_member
from subledger.kernel.errors import DomainError, NotFound
from subledger.kernel.sentences import say
from subledger.page_kit.access import actor
from subledger.page_kit.columns import ActorColumn, BadgeColumn, Column, DeedColumn, MomentColumn, NameColumn
from subledger.page_kit.kinds import below, crumbs_to
from subledger.page_kit.navigation import Action, may
from subledger.page_kit.tables import SummaryPage
from subledger.page_kit.url_ids import page_url
from subledger.page_kit.views import FormPage
from subledger.people.letters import send_invitation
from subledger.people.models import Invitation
from subledger.people.pages.login_verbs import VERBS, InvitedColumn
from subledger.people.queries import belongs_here_alone, has_second_factor, open_invitations
from subledger.people.services import (
    allow_reset_link,
    invite,
    remove_second_factor,
    require_second_factor,
    set_active,
    withdraw_invitation,
)
from subledger.platform import clock
from subledger.platform.public_address import public_url


class PeoplePage(SummaryPage):
    """Who may do what, for all who may see the books; how to reach them and when they came, for who manages them."""

    title = say("People")
    permission = "view:members"
    noun = say("person")
    noun_plural = say("people")
    default_sort = "user__username"
    columns: Sequence[Column] = (
        Column(
            "user.username",
            say("Username"),
            sort="user__username",
            strong=True,
        ),
        NameColumn("user.first_name", say("Name")),
        Column("role.name", say("Role"), sort="role__name", lead=True),
        BadgeColumn("stage", say("Login")),
    )

    def dispatch(self, request: Any, *args: Any, **named: Any) -> Any:
        if may(request, MANAGES_PEOPLE):
            username, name, *others = self.columns
            managed = replace(username, link=lambda row: page_url("person_role", row.pk))
            last = MomentColumn("user.last_login", say("Last logged in"))
            self.columns = (managed, name, Column("user.email", say("Email")), *others, last)
        return super().dispatch(request, *args, **named)

    def queryset(self) -> QuerySet:
        stage = Case(When(user__is_active=True, then=Value("active")), default=Value("suspended"))
        return Membership.objects.select_related("user", "role").annotate(stage=stage)

    def extra(self) -> dict[str, Any]:
        if not may(self.request, MANAGES_PEOPLE):
            return {"crumbs": crumbs_to((self.title, ""))}
        waiting = open_invitations().count()
        company = self.request.staff.company  # type: ignore[attr-defined]
        rule = say("Second factor: required") if company.requires_second_factor else say("Second factor: as each likes")
        return {
            "crumbs": crumbs_to((self.title, "")),
            "actions": [
                Action(say("Invite a person"), page_url("person_new"), "plus", rank=60),
                Action(say("Invitations ({waiting})", waiting=waiting), page_url("invitations"), "send"),
                Action(rule, page_url("second_factor_rule"), "lock"),
            ],
        }


def role_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=say("Role"), queryset=None, empty_label=None)


class InviteForm(forms.Form):
    name = forms.CharField(
        label=say("Name"), max_length=150, required=False, help_text=say("As others read it: Ana Bianchi.")
    )
    email = forms.EmailField(
        required=False, label=say("Email"), help_text=say("Where the invitation goes. A link alone if left empty.")
    )
    role: forms.ModelChoiceField = role_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].queryset = Role.objects.order_by("name")  # type: ignore[attr-defined]


class PersonNewPage(FormPage):
    """Invite somebody: a link by mail, or to be handed over. They choose their own name and password."""

    permission = "people.edit"
    title = say("Invite a person")
    template_name = "people/invited.html"
    form_class = InviteForm
    submit_label = say("Invite")

    def post(self, request: Any, **named: Any) -> HttpResponseBase:
        self.link = ""
        answer = super().post(request, **named)
        if not self.link:
            return answer
        shown = self.shown(link=self.link, until=self.until, mailed_to=self.mailed_to)
        shown["Cache-Control"] = "no-store"
        return shown

    def act(self, form: Form) -> str:
        typed = form.cleaned_data
        invitation, token = invite(
            role=typed["role"].code, email=typed["email"], name=typed["name"], actor=actor(self.request)
        )
        self.link = public_url(self.request, page_url("invitation", token))
        self.until = invitation.expires_at
        self.mailed_to = ""
        if invitation.email and settings.MAIL_GOES_OUT:
            company = self.request.staff.company.name  # type: ignore[attr-defined]
            try:
                send_invitation(invitation=invitation, company=company, link=self.link, actor=actor(self.request))
                self.mailed_to = invitation.email
            except DomainError as refusal:
                messages.error(self.request, say("{refusal} Hand the link over yourself.", refusal=refusal))
        return page_url("people")

    def extra(self) -> dict[str, Any]:
        return {
            **below(say("People"), page_url("people"), self.title),
            "intro": say(
                "Whoever opens the link joins in that role, with the login that they have or one that "
                "they make. Nobody but they ever knows its password."
            ),
        }


class InvitationsPage(SummaryPage):
    title = say("Invitations")
    permission = "people.edit"
    noun = say("invitation")
    empty = say("Nobody is invited who has not come.")
    default_sort = "-created_at"
    columns = (
        InvitedColumn("name", say("Whom"), strong=True),
        Column("role.name", say("Role"), lead=True),
        ActorColumn("invited_by", say("By")),
        MomentColumn("created_at", say("Invited"), sort="created_at"),
        MomentColumn("expires_at", say("Good until")),
        DeedColumn("withdraw", "", words=say("Withdraw"), link=lambda row: page_url("invitation_withdraw", row.pk)),
    )

    def queryset(self) -> QuerySet:
        return open_invitations()

    def extra(self) -> dict[str, Any]:
        return {"crumbs": crumbs_to((say("People"), page_url("people")), (self.title, ""))}


class InvitationWithdrawPage(FormPage):
    permission = "people.edit"
    title = submit_label = say("Withdraw the invitation")
    template_name = "page_kit/confirm.html"
    done = say("The invitation is withdrawn: its link opens nothing any more.")

    def prepare(self, invitation_id: int) -> None:
        self.invitation = open_invitations().filter(pk=invitation_id).first()
        if self.invitation is None:
            raise NotFound(Invitation, invitation_id)

    def act(self, form: Form) -> str:
        withdraw_invitation(invitation_id=self.invitation.pk, actor=actor(self.request))
        return page_url("invitations")

    def extra(self) -> dict[str, Any]:
        who = self.invitation.name or self.invitation.email or say("whoever has the link")
        return {
            **below(say("Invitations"), page_url("invitations"), self.title),
            "danger": True,
            "question": say("Withdraw the invitation of {who}?", who=who),
            "consequences": [say("Its link opens nothing any more."), say("They can be invited again.")],
        }


class SecondFactorRulePage(FormPage):
    permission = "people.edit"
    title = say("Second factor")
    template_name = "page_kit/confirm.html"

    @property
    def is_required(self) -> bool:
        return bool(self.request.staff.company.requires_second_factor)  # type: ignore[attr-defined]

    @property
    def submit_label(self) -> str:  # type: ignore[override]
        return say("Leave it to each") if self.is_required else say("Require it of everybody")

    def act(self, form: Form) -> str:
        require_second_factor(is_required=not self.is_required, actor=actor(self.request))
        return page_url("people")

    def extra(self) -> dict[str, Any]:
        if self.is_required:
            question = say("Everybody has to have a second factor now. Leave it to each person?")
            consequences = [say("Those who have one keep it, and are asked for it at every login.")]
        else:
            question = say("Require a second factor of everybody who works for this company?")
            consequences = [
                say("Whoever has none is asked to add one before they see anything: you too."),
                say("They need an app that shows codes, on a phone or in a password manager."),
            ]
        return {
            **below(say("People"), page_url("people"), self.title), "question": question, "consequences": consequences
        }  # fmt: skip


class OnPerson(FormPage):
    permission = "people.edit"

    def prepare(self, membership_id: int, **named: Any) -> None:
        found = Membership.objects.select_related("user", "role").filter(pk=membership_id).first()
        if found is None:
            raise NotFound(Membership, membership_id, noun=say("person"))
        self.membership = found
        self.name = found.user.get_username()

    def below_people(self) -> dict[str, Any]:
        return below(say("People"), page_url("people"), self.title)


class RoleForm(forms.Form):
    role: forms.ModelChoiceField = role_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].queryset = Role.objects.order_by("name")  # type: ignore[attr-defined]


class PersonRolePage(OnPerson):
    """One person: their role, and what can be done about their login."""

    form_class = RoleForm
    submit_label = say("Change the role")
    done = say("The role is changed.")

    def prepare(self, membership_id: int, **named: Any) -> None:
        super().prepare(membership_id)
        self.title = self.membership.user.get_full_name() or self.name

    def initial(self) -> dict[str, Any]:
        return {"role": self.membership.role_id}

    def version(self) -> str:
        return version_of_member(self.membership)

    def edits(self) -> int:
        return int(self.membership.pk)

    def act(self, form: Form) -> str:
        role = form.cleaned_data["role"].code
        add_member(user=self.membership.user, role=role, version=self.seen, actor=actor(self.request))
        return page_url("people")

    def extra(self) -> dict[str, Any]:
        ident, user = self.membership.pk, self.membership.user
        alone = belongs_here_alone(user, self.membership.company_id)
        actions = []
        if alone and user != self.request.user:
            actions.append(
                Action(say("Link to set a new password"), page_url("person_action", ident, "password"), "key")
            )
            if has_second_factor(user):
                actions.append(
                    Action(say("Remove the second factor"), page_url("person_action", ident, "factor"), "lock-open")
                )
            verb = "deactivate" if user.is_active else "reactivate"
            label = say("Deactivate the login") if user.is_active else say("Reactivate the login")
            actions.append(Action(label, page_url("person_action", ident, verb), "ban", danger=user.is_active))
        actions.append(Action(say("Remove from the company"), page_url("person_remove", ident), "x", danger=True))
        intro = (
            ""
            if alone
            else say(
                "{name} works for other companies too, so their login is not this one's to change.", name=self.name
            )
        )
        return {**self.below_people(), "actions": actions, "intro": intro}


class PersonActionPage(OnPerson):
    """Deactivate or reactivate a login, hand over a link for a new password, remove a lost second factor."""

    template_name = "page_kit/link.html"

    def prepare(self, membership_id: int, **named: Any) -> None:
        super().prepare(membership_id)
        if named["verb"] not in VERBS:
            raise NotFound("action", named["verb"])
        self.verb = named["verb"]
        self.title, self.question, self.consequences = VERBS[self.verb]
        self.submit_label = self.title

    def rendered(self, form: Form, status: int = 200, **context: Any) -> Any:
        self.template_name = "page_kit/confirm.html"  # type: ignore[misc]
        return super().rendered(form, status, **context)

    def post(self, request: Any, **named: Any) -> HttpResponseBase:
        self.url = ""
        answer = super().post(request, **named)
        if not self.url:
            return answer
        shown = self.shown(link={"url": self.url, "until": clock.now() + timedelta(seconds=RESET_SECONDS)})
        shown["Cache-Control"] = "no-store"
        return shown

    def act(self, form: Form) -> str:
        who, ident = actor(self.request), self.membership.pk
        if self.verb == "password":
            user = allow_reset_link(membership_id=ident, actor=who)
            uid = urlsafe_base64_encode(force_bytes(user.pk))
            path = page_url("new_password", uid, default_token_generator.make_token(user))
            self.url = public_url(self.request, path)
        elif self.verb == "factor":
            remove_second_factor(user=self.membership.user, actor=who)
            messages.success(
                self.request, say("{name} logs in with the password alone until they add another one.", name=self.name)
            )
        else:
            set_active(membership_id=ident, is_active=self.verb == "reactivate", actor=who)
            done = (
                say("{name} can log in again.", name=self.name)
                if self.verb == "reactivate"
                else say("{name} is logged out and cannot log in any more.", name=self.name)
            )
            messages.success(self.request, done)
        return page_url("people")

    def extra(self) -> dict[str, Any]:
        return {
            **self.below_people(),
            "danger": self.verb == "deactivate",
            "question": say(self.question, name=self.name),
            "consequences": self.consequences,
            "copy_label": say("Hand this link to {name}", name=self.name),
            "intro": say("It sets a new password and is good once."),
        }


RESET_SECONDS = settings.PASSWORD_RESET_TIMEOUT


class PersonRemovePage(OnPerson):
    title = submit_label = say("Remove from the company")
    template_name = "page_kit/confirm.html"

    def act(self, form: Form) -> str:
        remove_member(membership_id=self.membership.pk, actor=actor(self.request))
        messages.success(
            self.request,
            say("{username} is no longer in the company.", username=self.membership.user.get_username()),
        )
        return page_url("home" if self.membership.user == self.request.user else "people")

    def extra(self) -> dict[str, Any]:
        return {
            **below(say("People"), page_url("people"), self.title),
            "danger": True,
            "question": say(
                "Remove {username}, {name}, from the company?",
                username=self.membership.user.get_username(),
                name=self.membership.role.name,
            ),
            "consequences": [
                say("They see nothing of this company from now on."),
                say("Their login stays, and so does what they did here."),
                say("They can be invited again."),
            ],
        }
