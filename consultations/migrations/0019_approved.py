"""When an opinion that was held became everyone's to read."""

from typing import Any

from django.db import migrations, models


def fill(apps: Any, _editor: Any) -> None:
    """From the log; a sealed consultation's rows are closed for good, and stay without."""
    events = apps.get_model("consultations", "RoomEvent").objects.filter(type="opinion.approved")
    opinions = apps.get_model("consultations", "Opinion").objects
    for event in events.exclude(consultation__stage="sealed").order_by("pk").iterator():
        if event.body is not None:
            found = opinions.filter(
                consultation=event.consultation_id, number=event.body["number"]
            )
            found.update(approved_seq=event.seq)


class Migration(migrations.Migration):
    dependencies = (("consultations", "0018_call"),)

    operations = (
        migrations.AddField(
            "opinion",
            "approved_seq",
            models.PositiveBigIntegerField(blank=True, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    )
