"""django-ledger: an invoice and its payment, by the calls of its quickstart and of its own data generator.

Invoice: ``EntityModel.create_invoice``, ``InvoiceModel.migrate_itemtxs`` with one item, amount due,
``mark_as_review``, ``mark_as_approved`` (accrual books: this writes the journal entry). Payment:
``mark_as_paid`` (writes the second entry and locks the invoice's ledger). Each half is wrapped in one
database transaction, which the quickstart does not do: it saves django-ledger a commit for every save.
"""

import random
from collections.abc import Callable
from decimal import Decimal

import peer

ENTITY = "Bench"


def prepare() -> None:
    """One entity with its default chart of accounts on accrual books, customers, and one service."""
    from django.contrib.auth import get_user_model
    from django_ledger.io import roles
    from django_ledger.models import EntityModel, ItemModel

    user = get_user_model().objects.create_superuser("bench")
    entity = EntityModel.create_entity(name=ENTITY, admin=user, use_accrual_method=True, fy_start_month=1)
    entity.create_chart_of_accounts(assign_as_default=True, commit=True, coa_name="Bench")
    entity.populate_default_coa(activate_accounts=True)
    for n in range(peer.CUSTOMERS):
        entity.create_customer(customer_model_kwargs={"customer_name": f"Customer {n}"})
    # As their generator makes services: create_item_service refuses the default chart of accounts, which
    # has several cost accounts that are each the default of their role.
    accounts = entity.get_coa_accounts(active=True)
    item = ItemModel(
        entity=entity,
        name="Service",
        uom=entity.create_uom(name="Hour", unit_abbr="hour"),
        item_role=ItemModel.ITEM_ROLE_SERVICE,
        for_inventory=False,
        is_product_or_service=True,
        earnings_account=accounts.filter(role=roles.INCOME_OPERATIONAL).first(),
        cogs_account=accounts.filter(role=roles.COGS_REGULAR).first(),
        additional_info={},
    )
    item.full_clean()
    item.save()


def pair_maker() -> Callable[[random.Random], None]:
    """Load entity, customers and item once and return the function that posts one pair."""
    from django.db.transaction import atomic
    from django_ledger.models import EntityModel, InvoiceModel

    entity = EntityModel.objects.get(name=ENTITY)
    user = entity.admin
    customers = list(entity.get_customers())
    item = entity.get_items_services().get()

    def post_pair(rng: random.Random) -> None:
        price = Decimal(rng.randint(100, 100_000)) / 100
        invoice = entity.create_invoice(customer_model=rng.choice(customers), terms=InvoiceModel.TERMS_NET_30)
        with atomic():
            lines = {item.item_number: {"unit_cost": price, "quantity": Decimal(1), "total_amount": None}}
            items = invoice.migrate_itemtxs(lines, operation=InvoiceModel.ITEMIZE_APPEND, commit=True)
            invoice.update_amount_due(itemtxs_qs=items)
            invoice.save()
            invoice.mark_as_review(commit=True)
            invoice.mark_as_approved(entity_slug=entity.slug, user_model=user, commit=True)
        with atomic():
            invoice.mark_as_paid(entity_slug=entity.slug, user_model=user, commit=True)

    return post_pair


if __name__ == "__main__":
    peer.main(["django_ledger"], prepare, pair_maker)
