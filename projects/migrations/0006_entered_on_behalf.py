import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0005_registration"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="entered_by",
            field=models.ForeignKey(
                blank=True,
                help_text="The officer who entered it on behalf of its leader.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entered_entries",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
