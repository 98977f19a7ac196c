"""Credit notes that were posted for invoices as a whole take their shares, in the order in which they were posted.

What credit notes name item by item has been checked already, so it counts first. The arithmetic is that of
`rules/credits.py` on the day of this migration.
"""

from django.db import migrations

NOTES = """
    SELECT n.posted_at, n.id, n.intended_ids, n.net_minor - n.discount_minor, n.tax_minor
      FROM transactions_transaction n
     WHERE n.classification = 'credit_note' AND n.state = 'posted' AND cardinality(n.intended_ids) > 0
       AND n.net_minor IS NOT NULL
       AND NOT EXISTS (SELECT FROM transactions_transactionitem c
                        WHERE c.transaction_id = n.id AND c.credits_id IS NOT NULL)
       AND (n.posted_at, n.id) > (%s, %s)
     ORDER BY n.posted_at, n.id LIMIT 1000
"""
LEFT = """
    SELECT i.transaction_id, i.position,
           (i.net_minor - i.discount_minor - coalesce(s.net, 0))::bigint, (i.tax_minor - coalesce(s.tax, 0))::bigint
      FROM unnest(%(invoices)s::bigint[]) WITH ORDINALITY AS w(id, place)
      JOIN transactions_transaction t ON t.id = w.id
      JOIN transactions_transaction n ON n.id = %(note)s
      JOIN transactions_transactionitem i ON i.transaction_id = t.id
      LEFT JOIN LATERAL (
           SELECT sum(net) AS net, sum(tax) AS tax FROM (
               SELECT c.net_minor - c.discount_minor AS net, c.tax_minor AS tax
                 FROM transactions_transactionitem c JOIN transactions_transaction m ON m.id = c.transaction_id
                WHERE c.credits_id = i.transaction_id AND c.credits_position = i.position AND m.state = 'posted'
                UNION ALL
               SELECT o.net_minor, o.tax_minor FROM transactions_creditshare o
                WHERE o.invoice_id = i.transaction_id AND o.position = i.position) c) s ON true
     WHERE t.classification = 'invoice' AND t.state = 'posted'
       AND t.company_id = n.company_id AND t.account_id = n.account_id
     ORDER BY w.place, i.position
"""
WRITE = """
    INSERT INTO transactions_creditshare (transaction_id, invoice_id, position, net_minor, tax_minor)
    VALUES (%s, %s, %s, %s, %s)
"""


def spread(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        last = ("-infinity", 0)
        while True:
            cursor.execute(NOTES, last)
            notes = cursor.fetchall()
            for posted_at, note, invoices, net, tax in notes:
                last = (posted_at, note)
                cursor.execute(LEFT, {"invoices": list(dict.fromkeys(invoices)), "note": note})
                items = cursor.fetchall()
                nets = _split(net, [item[2] for item in items])
                taxes = _split(tax, [item[3] for item in items])
                rows = [
                    (note, invoice, position, own_net, own_tax)
                    for (invoice, position, _, _), own_net, own_tax in zip(items, nets, taxes, strict=True)
                    if own_net or own_tax
                ]
                if rows:
                    cursor.executemany(WRITE, rows)
            if not notes:
                return


def _split(total, parts):
    whole = sum(parts)
    if total <= 0 or whole <= 0:
        return [0] * len(parts)
    if total >= whole:
        return list(parts)
    shares = [total * part // whole for part in parts]
    missing = total - sum(shares)
    for at in sorted(range(len(parts)), key=lambda at: (-(total * parts[at] % whole), at))[:missing]:
        shares[at] += 1
    return shares


class Migration(migrations.Migration):
    dependencies = [("transactions", "0020_credit_shares")]

    operations = [migrations.RunPython(spread, migrations.RunPython.noop)]
