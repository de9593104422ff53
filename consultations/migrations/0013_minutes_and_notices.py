import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0012_vault")]

    # The columns stay as they are. On SQLite an altered one is a new table, without its triggers.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="minutes",
                    name="created_at",
                    field=models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="时间"
                    ),
                ),
                migrations.AlterField(
                    model_name="notice",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("topic_accepted", "您提出的议题已采纳"),
                            ("topic_declined", "您提出的议题未采纳"),
                            ("topic_merged", "您提出的议题已并入另一个议题"),
                            ("returned", "您的意见未通过审核"),
                            ("hidden", "您的意见已被隐藏"),
                            ("restored", "您的意见已恢复显示"),
                            ("erased", "您的意见已依法删除"),
                            ("answered", "您的发言已有答复"),
                            ("answer_asked", "有一条意见请您单位答复"),
                            ("cited", "您的意见写进了共识"),
                            ("announced", "您有席位的协商会已公告"),
                            ("started", "您有席位的协商会开始了"),
                            ("cancelled", "您有席位的协商会已取消"),
                            ("sealed", "您有席位的协商会已归档"),
                            ("to_confirm", "请您确认共识、签认纪要"),
                            ("objected", "有人对纪要提出异议，请答复"),
                            ("objection_answer", "您对纪要的异议已答复"),
                            ("asked", "有人向您的工作室提问"),
                            ("replied", "委员答复了您的提问"),
                            ("unasked", "您给委员的提问已被隐藏"),
                        ],
                        max_length=16,
                        verbose_name="类别",
                    ),
                ),
            ],
        )
    ]
