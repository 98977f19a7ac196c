"""Companies word no message that lets somebody in to a login. What they worded before is in use no more."""

from django.db import migrations

KINDS = ("invitation", "password_link")


class Migration(migrations.Migration):
    dependencies = [("messages", "0007_bytes_under_their_digest")]
    operations = [
        migrations.RunSQL(
            f"""
            UPDATE messages_messagetemplate SET is_active = false, is_default = false WHERE kind IN {KINDS};
            DELETE FROM messages_messagetemplate t WHERE kind IN {KINDS}
               AND NOT EXISTS (SELECT FROM messages_message m WHERE m.template_id = t.id)
            """,
            migrations.RunSQL.noop,
        )
    ]
