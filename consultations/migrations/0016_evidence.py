from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0015_documents")]

    # Null without a default: on SQLite anything else is a new table, without its triggers.
    operations = [
        migrations.AddField(
            model_name="consensusclause",
            name="few_accepted_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="确认表态少仍作为共识的时间"
            ),
        )
    ]
