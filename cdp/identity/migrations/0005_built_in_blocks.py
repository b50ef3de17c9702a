"""Values that identify nobody wherever they are met; and devices, which people share."""

from django.db import migrations

# type (empty: every one)|pattern or not|value|note
BLOCKED = r"""
|*|0{4,}|zeros
||null|a placeholder
||none|a placeholder
||nan|a placeholder
||n/a|a placeholder
||#n/a|a placeholder
||unknown|a placeholder
||undefined|a placeholder
||-1|a placeholder
||无|a placeholder
||無|a placeholder
||暂无|a placeholder
||没有|a placeholder
||未知|a placeholder
||匿名|a placeholder
|*|[-_.*/]+|a placeholder
phone|*|\+861\d?(0{9}|1{9}|2{9}|3{9}|4{9}|5{9}|6{9}|7{9}|8{9}|9{9})|a test number
phone|*|\+86(1{11}|12345678901|1234567890\d?)|a test number
email|*|(no-?reply|do-?not-?reply)@.+|a machine's mailbox
email|*|(test|none|null)@(test|none|null)\.(com|cn)|a test mailbox
"""


def seed(apps, schema_editor):
    blocked = apps.get_model("identity", "BlockedIdentifier")
    for line in BLOCKED.strip().splitlines():
        type, pattern, value, note = _parted(line)
        blocked.objects.get_or_create(
            type=type,
            value=value,
            defaults={"is_pattern": pattern == "*", "note": note, "built_in": True},
        )
    apps.get_model("identity", "IdentifierType").objects.filter(slug="device").update(shared=True)


def _parted(line):
    """A pattern may hold bars itself."""
    type, pattern, rest = line.split("|", 2)
    value, note = rest.rsplit("|", 1)
    return type, pattern, value, note


class Migration(migrations.Migration):
    dependencies = [("identity", "0004_verdicts_and_reviews")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
