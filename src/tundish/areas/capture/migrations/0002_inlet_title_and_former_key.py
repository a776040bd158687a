"""What people call an inlet, and the key it had before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("capture", "0001_inlet")]

    operations = [
        migrations.AddField("inlet", "title", models.CharField(max_length=60, blank=True, default=""), preserve_default=False),
        migrations.AddField("inlet", "previous_key", models.CharField(max_length=64, blank=True, default=""), preserve_default=False),
    ]
