"""Credit notes that were posted before, of which some items name one of an invoice and others do not, take their shares
with those others, in the order in which they were posted.

As notes that name none do (0021), which have had theirs: what is left of the items is shared by the same arithmetic.
"""

from importlib import import_module

from django.db import migrations

NOTES = """
    SELECT n.posted_at, n.id, n.intended_ids, n.net_minor - n.discount_minor - c.net, n.tax_minor - c.tax
      FROM transactions_transaction n
      JOIN LATERAL (SELECT sum(i.net_minor - i.discount_minor)::bigint AS net, sum(i.tax_minor)::bigint AS tax
                      FROM transactions_transactionitem i
                     WHERE i.transaction_id = n.id AND i.credits_id IS NOT NULL) c ON c.net IS NOT NULL
     WHERE n.classification = 'credit_note' AND n.state = 'posted' AND cardinality(n.intended_ids) > 0
       AND n.net_minor IS NOT NULL AND n.net_minor - n.discount_minor - c.net + n.tax_minor - c.tax > 0
       AND NOT EXISTS (SELECT FROM transactions_creditshare s WHERE s.transaction_id = n.id)
     ORDER BY n.posted_at, n.id
"""


def spread(apps, schema_editor):
    before = import_module("subledger.transactions.migrations.0021_shares_of_before")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(NOTES)
        for _, note, invoices, net, tax in cursor.fetchall():
            cursor.execute(before.LEFT, {"invoices": list(dict.fromkeys(invoices)), "note": note})
            items = cursor.fetchall()
            nets = before._split(net, [item[2] for item in items])
            taxes = before._split(tax, [item[3] for item in items])
            rows = [
                (note, invoice, position, own_net, own_tax)
                for (invoice, position, _, _), own_net, own_tax in zip(items, nets, taxes, strict=True)
                if own_net or own_tax
            ]
            if rows:
                cursor.executemany(before.WRITE, rows)


class Migration(migrations.Migration):
    dependencies = [("transactions", "0021_shares_of_before")]

    operations = [migrations.RunPython(spread, migrations.RunPython.noop)]
