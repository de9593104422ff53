from django.db import migrations, models


class Migration(migrations.Migration):
    """Minutes, plans and their sections can be found. The table stays as it is."""

    dependencies = [("consultations", "0019_approved")]
    operations = [
        migrations.AlterField(
            model_name="searchentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("consultation", "协商会"),
                    ("topic", "议题"),
                    ("opinion", "意见"),
                    ("clause", "共识"),
                    ("dissent", "分歧"),
                    ("minutes", "纪要"),
                    ("plan", "工作要点"),
                    ("section", "工作部分"),
                    ("item", "工作条目"),
                ],
                max_length=12,
                verbose_name="类别",
            ),
        ),
    ]
