"""The service subjects: a command enters as the one of its database role."""

from django.db import migrations

SERVICES = {
    "loader": "The loader of files",
    "linker": "The linker of records",
    "extractor": "The extractor of figures",
    "worker": "Background work",
}


def make_services(apps, schema_editor):
    subject = apps.get_model("access", "Subject")
    for role, label in SERVICES.items():
        subject.objects.get_or_create(code=f"service:{role}", defaults={"kind": "service", "label": label})


class Migration(migrations.Migration):
    dependencies = [("access", "0002_sql")]
    operations = [migrations.RunPython(make_services, migrations.RunPython.noop)]
