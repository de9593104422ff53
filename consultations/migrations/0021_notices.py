"""Notices of when and where, of seats, and of what staff are asked to look at."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("consultations", "0020_found_kinds"),)

    operations = (
        migrations.AddField("notice", "facts", models.JSONField(blank=True, default=dict)),
        migrations.AlterField(
            "notice",
            "kind",
            models.CharField(
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
                    ("topic_announced", "您提出或支持的议题要开协商会了"),
                    ("seated", "给您安排了席位"),
                    ("unseated", "您的席位已撤销"),
                    ("moved", "协商会的时间或地点改了"),
                    ("withdrawn", "协商会的公告已撤回"),
                    ("started", "您有席位的协商会开始了"),
                    ("cancelled", "协商会已取消"),
                    ("sealed", "您有席位的协商会已归档"),
                    ("to_confirm", "请您确认共识、签认纪要"),
                    ("confirm_clauses", "请您确认共识"),
                    ("objected", "有人对纪要提出异议，请答复"),
                    ("objection_answer", "您对纪要的异议已答复"),
                    ("asked", "有人向您的工作室提问"),
                    ("replied", "委员答复了您的提问"),
                    ("unasked", "您给委员的提问已被隐藏"),
                    ("erasure_asked", "有一条意见等待复核删除"),
                ],
                max_length=16,
                verbose_name="类别",
            ),
        ),
    )
