"""The writer's own id of a sentence, so that adding it again adds nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("consultations", "0021_notices"),)

    # Null without a default: on SQLite anything else is a new table, without its triggers.
    operations = (
        migrations.AddField("consensusclause", "key", models.UUIDField(blank=True, null=True)),
        migrations.AddField("dissentnote", "key", models.UUIDField(blank=True, null=True)),
    )
