from django.db import migrations
from django.db.models import F

KNOWS_IT_WELL = 2


def grade_fields(apps, _schema):
    """A list of fields becomes a grade for each; who signed before had declared what there was to declare."""
    judges = apps.get_model("judging", "Judge").objects
    for judge in judges.only("fields").iterator():
        if isinstance(judge.fields, list):
            judges.filter(pk=judge.pk).update(fields=dict.fromkeys(judge.fields, KNOWS_IT_WELL))
    invitations = apps.get_model("judging", "Invitation").objects
    invitations.filter(pledged_at__isnull=False).update(declared_at=F("pledged_at"))
    invitations.filter(capacity__isnull=False).update(asked_capacity=F("capacity"))


class Migration(migrations.Migration):
    dependencies = [("judging", "0006_blind_and_paper")]

    operations = [migrations.RunPython(grade_fields, migrations.RunPython.noop)]
