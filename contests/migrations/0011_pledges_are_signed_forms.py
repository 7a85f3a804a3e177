from django.db import migrations


def mark_pledges(apps, schema_editor):
    """Until now the signed entry form was whatever had the kind "pledge"."""
    apps.get_model("contests", "DocumentRequirement").objects.filter(kind="pledge").update(signed=True)


class Migration(migrations.Migration):
    dependencies = [
        ("contests", "0010_signed_forms"),
    ]

    operations = [
        migrations.RunPython(mark_pledges, migrations.RunPython.noop),
    ]
