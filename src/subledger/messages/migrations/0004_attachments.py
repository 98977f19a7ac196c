"""Templates say which document goes with their messages; the standard ones of documents attach it."""

from django.db import migrations, models

ATTACH = """
    UPDATE messages_messagetemplate SET attachment = 'pdf'
     WHERE (attaches OR is_default) AND kind IN ('invoice', 'credit_note', 'payment_receipt', 'refund', 'statement')
"""


class Migration(migrations.Migration):
    dependencies = [("messages", "0003_life_of_messages")]

    operations = [
        migrations.AddField(
            "messagetemplate", "attachment", models.CharField(db_default="none", default="none", max_length=20)
        ),
        migrations.RunSQL(ATTACH, "UPDATE messages_messagetemplate SET attaches = attachment <> 'none'"),
        migrations.RemoveField("messagetemplate", "attaches"),
    ]
