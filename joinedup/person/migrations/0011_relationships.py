"""Who is close to a person: the table and the versioned SQL of `0011_relationships.sql`."""

from pathlib import Path

import django.db.models.deletion
import joinedup.base.identifiers
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('person', '0010_forgiving_search'),
        ('places', '0003_demo_providers'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonRelationship',
            fields=[
                ('id', models.UUIDField(default=joinedup.base.identifiers.new_id, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('partner', 'Husband, wife or partner'), ('child', 'Son or daughter'), ('parent', 'Mother or father'), ('sibling', 'Brother or sister'), ('family', 'Other family'), ('friend', 'Friend'), ('neighbour', 'Neighbour'), ('attorney', 'Attorney (lasting power of attorney)'), ('deputy', 'Deputy (Court of Protection)'), ('advocate', 'Advocate'), ('other', 'Somebody else close')], max_length=20)),
                ('name', models.CharField(max_length=120)),
                ('phone', models.CharField(blank=True, default='', max_length=60)),
                ('is_carer', models.BooleanField(default=False)),
                ('is_next_of_kin', models.BooleanField(default=False)),
                ('in_emergency', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, default='', max_length=400)),
                ('starts_on', models.DateField(null=True)),
                ('ends_on', models.DateField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('written_by_id', models.UUIDField()),
                ('written_at', models.DateTimeField()),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.body')),
                ('other_person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='person.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relationships', to='person.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('person', models.F('other_person')), _negated=True), name='nobody_is_close_to_themselves'), models.CheckConstraint(condition=models.Q(('kind__in', ['partner', 'child', 'parent', 'sibling', 'family', 'friend', 'neighbour', 'attorney', 'deputy', 'advocate', 'other'])), name='relationship_kind_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='relationship_has_name'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='relationship_ends_after_start'), models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('person', 'other_person'), name='relationship_open_once')],
            },
        ),
        migrations.RunSQL((SQL / "0011_relationships.sql").read_text(), migrations.RunSQL.noop),
    ]
