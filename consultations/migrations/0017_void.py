from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0016_evidence")]

    # The column stays as it is. On SQLite an altered one is a new table, without its triggers.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="ballot",
                    name="how_closed",
                    field=models.CharField(
                        blank=True,
                        choices=[
                            ("hand", "主持人结束"),
                            ("time", "时间到"),
                            ("stage", "随会议结束"),
                            ("void", "作废"),
                        ],
                        max_length=5,
                        verbose_name="怎样结束",
                    ),
                ),
            ],
        ),
    ]
