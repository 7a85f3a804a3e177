from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0006_entered_on_behalf")]

    operations = [
        migrations.RemoveField("pagemark", "value"),
        migrations.AddField("pagemark", "picture", models.BinaryField(default=b""), preserve_default=False),
        migrations.AddField("pagemark", "words", models.BigIntegerField(null=True)),
    ]
