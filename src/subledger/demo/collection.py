"""A company that collects through Stripe, played against the local sandbox: every way a card payment can go.

What it shows: a card registered on the gateway's page, an invoice paid, one declined, one that the customer's bank
wants to see the customer for, a refund of half, a payment cancelled with its money going back by itself, an invoice
paid by its customer through a link, two of three paid at once on the customer's page of the account, a dispute, an
automatic payment run over the customers of a segment, and a card that is declined again and again, by the days of its
retry plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from subledger.accounts.models import Account, PaymentPreference
from subledger.accounts.services import create_customers, open_accounts
from subledger.collecting.documents import collectable_named
from subledger.collecting.services.asking import ask
from subledger.companies.entries import save_entry
from subledger.companies.queries import today_of_company
from subledger.desk.services import NewContact, record_contact
from subledger.desk.states import ContactKind
from subledger.gateways.models import Instrument, PaymentRequest, Provider
from subledger.gateways.port import HostedPage
from subledger.gateways.services import inbox, links, polling, reconciliation, submission, worker
from subledger.gateways.services.instruments import begin_registration
from subledger.gateways.services.providers import save_provider, set_state
from subledger.gateways.services.public import LinkKind, link_for
from subledger.gateways.states import ProviderState
from subledger.import_kit.report import Progress
from subledger.journal.models import LedgerAccount
from subledger.platform import clock
from subledger.platform.events import add_note
from subledger.retries.models import RetryPlan
from subledger.retries.services.retries import make_due
from subledger.runs.services.definitions import activate_definition, create_definition
from subledger.runs.services.start import start_definition, submit_schedule
from subledger.runs.services.worker import carry_out
from subledger.segments.services import create_segment
from subledger.transactions.models import PaymentMethod, RefundMethod, TransactionDefinition, TransactionType
from subledger.transactions.queries import open_invoices
from subledger.transactions.rules.documents import NewTransaction
from subledger.transactions.rules.items import NewItem
from subledger.transactions.rules.orders import ALL, Cancel, Post
from subledger.transactions.services import actions
from subledger.transactions.states import Classification as C

from .customer import fill_in

PROVIDER = "stripe-sandbox"
TEST_KEY = "sk_test_lakeside"  # of the sandbox: it opens nothing anywhere else
WEBHOOK_SECRET = "whsec_demo_of_the_sandbox"
# Stripe's published test numbers; they are typed into the gateway's page, never into ours.
GOOD, FAILS_WHEN_CHARGED, ASKS_FOR_ITS_OWNER = "4242424242424242", "4000000000000341", "4000002760003184"
DISPUTED = "4000000000000259"
BACK = "http://127.0.0.1:8000/accounts/?session={CHECKOUT_SESSION_ID}"

CUSTOMERS = {
    "ann": "Ann Archer",
    "bob": "Bob Brook",
    "cleo": "Cleo Cliff",
    "dan": "Dan Dale",
    "eve": "Eve Everett",
    "finn": "Finn Field",
    "gail": "Gail Grove",
    "hana": "Hana Hill",
    "iris": "Iris Inlet",
    "jack": "Jack Jetty",
    "kim": "Kim Kelp",
    "leo": "Leo Lock",
}
# Those whose invoices a payment run collects: one has a card, the other none.
BY_ITSELF = {"tariff": "all-in"}
IN_RUNS = ("iris", "jack")
TRIED_AGAIN = "kim"  # whose invoice and failures are of days before
LATE = "leo"  # who is called: his invoice is overdue
# What they owe at first; one invoice each where nothing is said.
INVOICES = {"hana": 3}


def prepare(*, actor: str) -> None:
    """What exists before anything is collected: the provider, customers and their invoices, in one transaction."""
    definition = TransactionDefinition.objects.get()
    save_entry(
        model=TransactionDefinition, ident=definition.pk, values={"refund_needs_credit_balance": False}, actor=actor
    )
    card = PaymentMethod.objects.get(code="card")
    to_card = RefundMethod.objects.get(code="card")
    values = {
        "kind": "stripe",
        "code": PROVIDER,
        "name": "Stripe (local sandbox)",
        "test_key": TEST_KEY,
        "webhook_secrets": [WEBHOOK_SECRET],
        "payment_methods": [card],
        "refund_methods": [to_card],
        "cancellation_types": [TransactionType.objects.get(code="paid_back")],
        "preferences": [PaymentPreference.objects.get(code="card")],
        "payment_method": card,
        "refund_method": to_card,
        "fee_account": LedgerAccount.objects.get(code="5200"),
    }
    provider = save_provider(ident=None, values=values, actor=actor)
    plan = RetryPlan.objects.get(code="standard")
    save_entry(model=RetryPlan, ident=plan.pk, values={"providers": [provider]}, actor=actor)
    customers = create_customers(
        new=[
            {"name": name, "code": code, "email": f"{code}@example.com", "phone": f"+43 5574 555 {100 + place}",
             "city": "Bregenz", "country": "AT"}
            for place, (code, name) in enumerate(CUSTOMERS.items())
        ],
        actor=actor,
    )  # fmt: skip
    accounts = open_accounts(
        new=[
            {"customer": one, "code": one.code, "metadata": BY_ITSELF if one.code in IN_RUNS else {}}
            for one in customers
        ],
        actor=actor,
    )
    item = NewItem(description="Fibre connection, one month", unit_amount=Decimal(75_00))
    actions.post_new(
        new=[
            NewTransaction(classification=C.INVOICE, account_id=account.pk, items=(item,))
            for account in accounts
            if account.code not in (TRIED_AGAIN, LATE)
            for _ in range(INVOICES.get(account.code, 1))
        ],
        actor=actor,
    )
    _call(next(account for account in accounts if account.code == LATE), item, actor=actor)


def _call(account: Account, item: NewItem, *, actor: str) -> None:
    """One who pays too late: there is somebody to call at the desk, and something that was said before."""
    today = today_of_company()
    posted_on = today - timedelta(days=44)
    new = NewTransaction(classification=C.INVOICE, account_id=account.pk, items=(item,), posted_on=posted_on)
    actions.post_new(new=[new], actor=actor)
    said = NewContact(
        account_id=account.pk,
        kind=ContactKind.CALL,
        text="Is away until the end of the week, and asked to be called again.",
        happened_on=today - timedelta(days=3),
        follow_up_on=today,
    )
    record_contact(new=said, actor=actor)
    text = "His invoice is overdue, and he wanted to be called again today: he comes first at the desk."
    add_note(object_type="account", object_id=account.pk, text=text, actor=actor)


def point_to(sandbox_url: str, *, actor: str) -> Provider:
    """Let the provider speak to the sandbox that runs now."""
    provider = Provider.objects.get(code=PROVIDER)
    provider = save_provider(ident=provider.pk, values={"base_url": sandbox_url, "test_key": TEST_KEY}, actor=actor)
    return set_state(provider_id=provider.pk, state=ProviderState.EFFECTIVE, actor=actor)


def play(*, sandbox_url: str, actor: str, progress: Progress = lambda stage, done, total: None) -> None:
    """Collect: each story calls the sandbox, so no database transaction may be open."""
    desk = Desk(point_to(sandbox_url, actor=actor), actor)
    stories = list(desk.stories())
    for done, story in enumerate(stories, 1):
        story()
        progress("Collecting", done, len(stories))


@dataclass(frozen=True, slots=True)
class Desk:
    """An agent's words: accounts by the customer's code, whole invoices."""

    provider: Provider
    actor: str

    def stories(self) -> Iterator[Callable[[], None]]:
        yield from (self.pays, self.is_declined, self.authenticates, self.gets_half_back)
        yield from (self.is_paid_back, self.pays_by_link, self.pays_two_at_once, self.disputes, self.runs)
        yield self.is_tried_again

    def pays(self) -> None:
        self.register("ann", GOOD)
        self.charge("ann")
        self.narrate("ann", "She registered her card on Stripe's page; her invoice was charged to it.")

    def is_declined(self) -> None:
        self.register("bob", FAILS_WHEN_CHARGED)
        self.charge("bob")
        self.narrate("bob", "His card was declined: the payment stays a draft, the invoice stays open.")

    def authenticates(self) -> None:
        self.register("cleo", ASKS_FOR_ITS_OWNER)
        row = self.charge("cleo")
        page = links.begin_authentication(request_id=row.pk, return_url=BACK)
        if page is not None:
            fill_in(page.url, outcome="authorise")
            reconciliation.look_up(self.provider.pk, request_ids=[row.pk])
        self.narrate("cleo", "Her bank wanted to see her: she finished the very payment by a link.")

    def gets_half_back(self) -> None:
        self.register("dan", GOOD)
        row = self.charge("dan")
        account = self.account("dan")
        new = NewTransaction(
            classification=C.REFUND, account_id=account.pk, refund_method_id=self.provider.refund_method_id
        )
        asked = submission.refund_payment(payment_id=row.transaction_id or 0, amount=37_50, new=new, actor=self.actor)
        worker.work_off(self.provider.pk, request_ids=[asked.request_id])
        self.narrate("dan", "Half of his payment went back to the card.")

    def is_paid_back(self) -> None:
        self.register("eve", GOOD)
        row = self.charge("eve")
        kind = TransactionType.objects.get(code="paid_back")
        order = Cancel(target_id=row.transaction_id or 0, amount=ALL, type_id=kind.pk, issue_reason="Charged too early")
        self.work(submission.post(orders=[order], actor=self.actor)[0])
        self.narrate(
            "eve", "Her payment was cancelled with a type that pays back by itself: the invoice is open again."
        )

    def pays_by_link(self) -> None:
        page = links.begin_payment(invoice_ids=[self.invoice("finn")], success_url=BACK, cancel_url=BACK)
        self.finish(page, GOOD)
        self.narrate("finn", "He paid his invoice on Stripe's page, by a link and without a login.")

    def pays_two_at_once(self) -> None:
        link_for(LinkKind.ACCOUNT, self.account("hana").pk, actor=self.actor)
        page = links.begin_payment(invoice_ids=self.invoices("hana")[:2], success_url=BACK, cancel_url=BACK)
        self.finish(page, GOOD)
        self.narrate("hana", "She was sent the page of her account, and paid two of her three invoices there at once.")

    def disputes(self) -> None:
        self.register("gail", DISPUTED)
        self.charge("gail")
        polling.poll(self.provider.pk)
        inbox.process(self.provider.pk)
        self.narrate("gail", "She disputes the charge: Stripe took the money back, and her account owes it again.")

    def runs(self) -> None:
        """A definition over a segment, in force every month; executed once by hand."""
        self.register("iris", GOOD)
        segment = create_segment(
            name="All-in tariff", about="accounts", criteria={"metadata": BY_ITSELF}, actor=self.actor
        )
        month = create_definition(
            kind="payments",
            name="Cards of the all-in tariff",
            criteria={"provider": self.provider.public_id, "segment": segment.public_id},
            schedule={"every": "cron", "cron": "0 6 5 * *"},
            actor=self.actor,
        )
        activate_definition(definition_id=month.pk, actor=self.actor)
        carry_out(start_definition(definition_id=month.pk, actor=self.actor).pk)
        submit_schedule(definition_id=month.pk, actor=self.actor)
        self.narrate("iris", "A payment run charged her card: nobody had to ask for it.")
        self.narrate("jack", "He has no card, so the payment run left his invoice alone.")

    def is_tried_again(self) -> None:
        """Her card was declined twelve days ago, and each day of the plan since: the third try is to come."""
        now = clock.now()
        self.register("kim", FAILS_WHEN_CHARGED)
        with clock.frozen(now - timedelta(days=12)):
            item = NewItem(description="Fibre connection, one month", unit_amount=Decimal(75_00))
            new = NewTransaction(classification=C.INVOICE, account_id=self.account("kim").pk, items=(item,))
            actions.post_new(new=[new], actor=self.actor)
            ask(
                document_ids=[self.invoice("kim")],
                kind=collectable_named("invoices"),
                provider=self.provider,
                on=today_of_company(),
                actor=self.actor,
            )
            worker.work_off(self.provider.pk)
        for days in (9, 4):
            with clock.frozen(now - timedelta(days=days)):
                make_due()
                worker.work_off(self.provider.pk)
        self.narrate("kim", "Her card was declined three times, on the days of the retry plan: it is tried again.")

    # -- words -----------------------------------------------------------------------------------------------------

    def account(self, code: str) -> Account:
        account: Account = Account.objects.get(code=code)
        return account

    def invoice(self, code: str) -> int:
        return self.invoices(code)[0]

    def invoices(self, code: str) -> list[int]:
        return list(open_invoices(account_id=self.account(code).pk).values_list("pk", flat=True))

    def register(self, code: str, number: str) -> Instrument:
        account = self.account(code)
        page = begin_registration(
            provider=self.provider, account_id=account.pk, success_url=BACK, cancel_url=BACK, kinds=("card",)
        )
        self.finish(page, number)
        instrument: Instrument = Instrument.objects.get(account=account, provider=self.provider)
        return instrument

    def finish(self, page: HostedPage, number: str) -> None:
        """The customer fills in the gateway's page, and comes back from it."""
        leads_to = fill_in(page.url, number=number, name="Card Holder")
        if leads_to.startswith(self.provider.base_url):  # the customer's bank asks first
            fill_in(leads_to, outcome="authorise")
        links.came_back(provider=self.provider, reference=page.reference)

    def charge(self, code: str) -> PaymentRequest:
        """Charge the account's invoice to its card; the request as it stands then."""
        new = NewTransaction(
            classification=C.PAYMENT,
            account_id=self.account(code).pk,
            amount_minor=75_00,
            payment_method_id=self.provider.payment_method_id,
            intended_ids=(self.invoice(code),),
        )
        return self.work(submission.post(orders=[Post(new=new)], actor=self.actor)[0])

    def work(self, answer: submission.Answer) -> PaymentRequest:
        if not isinstance(answer, submission.Requested):
            raise TypeError(f"the gateway was to be asked, and the answer is {answer}")
        worker.work_off(self.provider.pk, request_ids=[answer.request_id])
        row: PaymentRequest = PaymentRequest.objects.get(pk=answer.request_id)
        return row

    def narrate(self, code: str, text: str) -> None:
        add_note(object_type="account", object_id=self.account(code).pk, text=text, actor=self.actor)
