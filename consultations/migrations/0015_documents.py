"""Templates are tried before they are used, and kept; zips are made in the background."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0014_erasure'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='papertemplate',
            options={'ordering': ('kind', 'state'), 'verbose_name': '公文模板'},
        ),
        migrations.AddField(
            model_name='exportjob',
            name='plan',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='consultations.workplan'),
        ),
        migrations.AddField(
            model_name='exportjob',
            name='step',
            field=models.PositiveIntegerField(default=0, verbose_name='已完成文件'),
        ),
        migrations.AddField(
            model_name='exportjob',
            name='steps',
            field=models.PositiveIntegerField(default=0, verbose_name='文件总数'),
        ),
        migrations.AddField(
            model_name='papertemplate',
            name='state',
            # What has been uploaded so far went live at once.
            field=models.CharField(choices=[('tried', '待启用'), ('used', '在用'), ('former', '上一个')], default='used', max_length=8, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='papertemplate',
            name='state',
            field=models.CharField(choices=[('tried', '待启用'), ('used', '在用'), ('former', '上一个')], default='tried', max_length=8, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='exportjob',
            name='consultation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='consultations.consultation'),
        ),
        migrations.AlterField(
            model_name='exportjob',
            name='kind',
            field=models.CharField(blank=True, choices=[('minutes', '协商纪要'), ('consensus', '共识清单'), ('report', '协商专报'), ('opinion-report', '社情民意信息'), ('speeches', '发言记录'), ('attendance', '签到表'), ('assignment', '建议交办单')], max_length=16, verbose_name='文种'),
        ),
        migrations.AlterField(
            model_name='exportjob',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='papertemplate',
            name='kind',
            field=models.CharField(choices=[('minutes', '协商纪要'), ('consensus', '共识清单'), ('report', '协商专报'), ('opinion-report', '社情民意信息'), ('speeches', '发言记录'), ('attendance', '签到表'), ('assignment', '建议交办单')], max_length=16, verbose_name='文种'),
        ),
        migrations.AddConstraint(
            model_name='exportjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consultation__isnull', False), ('plan__isnull', True)), models.Q(('consultation__isnull', True), ('plan__isnull', False)), _connector='OR'), name='export_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='exportjob',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'running'))), fields=('person', 'plan'), name='one_year_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='exportjob',
            constraint=models.UniqueConstraint(condition=models.Q(('person', None), ('state__in', ('waiting', 'running'))), fields=('consultation', 'kind', 'format'), name='one_public_export_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='papertemplate',
            constraint=models.UniqueConstraint(fields=('kind', 'state'), name='one_template_a_state'),
        ),
    ]
