"""Steps say whether words were typed or a button was pressed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_pages")]

    operations = [
        migrations.AddField(
            model_name="draftstep", name="typing", field=models.BooleanField(default=False)
        ),
    ]
