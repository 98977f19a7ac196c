"""Standard templates of statements say the period, where nobody wrote them anew since."""

from django.db import migrations

# Language, and of subject and body: what stood there, and what stands there now.
WORDS = (
    (
        "en",
        ("Statement of account #AR_NUMBER", "Statement of account #AR_NUMBER, #AR_PERIOD"),
        ("the balance of your account #AR_NUMBER with us is #AR_BALANCE.", "here is the statement of your account #AR_NUMBER with us, #AR_PERIOD. The balance at its end is #AR_BALANCE."),
    ),
    (
        "de",
        ("Kontostand #AR_NUMBER", "Kontoauszug #AR_NUMBER, #AR_PERIOD"),
        ("der Saldo Ihres Kontos #AR_NUMBER bei uns beträgt #AR_BALANCE.", "hier ist der Auszug Ihres Kontos #AR_NUMBER bei uns, #AR_PERIOD. Der Saldo an seinem Ende beträgt #AR_BALANCE."),
    ),
    (
        "it",
        ("Estratto conto #AR_NUMBER", "Estratto conto #AR_NUMBER, #AR_PERIOD"),
        ("il saldo del Suo conto #AR_NUMBER presso di noi è di #AR_BALANCE.", "ecco l'estratto del Suo conto #AR_NUMBER presso di noi, #AR_PERIOD. Il saldo finale è di #AR_BALANCE."),
    ),
    (
        "el",
        ("Κατάσταση λογαριασμού #AR_NUMBER", "Κατάσταση λογαριασμού #AR_NUMBER, #AR_PERIOD"),
        ("το υπόλοιπο του λογαριασμού σας #AR_NUMBER είναι #AR_BALANCE.", "σας στέλνουμε την κατάσταση του λογαριασμού σας #AR_NUMBER, #AR_PERIOD. Το υπόλοιπο στο τέλος της είναι #AR_BALANCE."),
    ),
)


def say_the_period(apps, schema_editor):
    model = apps.get_model("messages", "MessageTemplate")
    for language, (old_subject, subject), (old, new) in WORDS:
        rows = model._base_manager.filter(kind="statement", language=language, is_default=True, subject=old_subject)
        for row in rows.filter(body__contains=old):
            row.subject, row.body = subject, row.body.replace(old, new)
            row.save(update_fields=["subject", "body"])


class Migration(migrations.Migration):
    dependencies = [("transactions", "0023_told_when_settled"), ("messages", "0004_attachments")]

    operations = [migrations.RunPython(say_the_period, migrations.RunPython.noop)]
