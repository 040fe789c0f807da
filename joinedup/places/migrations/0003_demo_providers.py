"""The invented care providers of the demo places: their files are written again, which changes nothing else."""

from django.db import migrations, transaction

from joinedup.places import body_files, seeding


def write_places(apps, schema_editor):
    alias = schema_editor.connection.alias
    with transaction.atomic(using=alias):
        for entry in body_files.shipped():
            seeding.write(entry, lambda name: apps.get_model("places", name), alias)


class Migration(migrations.Migration):
    dependencies = [("places", "0002_demo_places")]

    operations = [migrations.RunPython(write_places, migrations.RunPython.noop)]
