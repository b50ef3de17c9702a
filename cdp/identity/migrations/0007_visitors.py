from django.db import migrations

VISITOR = {
    "kind": "text",
    "personal": False,
    "priority": 95,
    "shared": True,
    "name_zh_hans": "访客号",
    "name_zh_hant": "訪客編號",
    "name_en": "Visitor",
}


def visitor_add(apps, _schema_editor):
    """Who looks at a site without signing in; colleagues and families use one browser, so it never joins two users."""
    apps.get_model("identity", "IdentifierType").objects.get_or_create(slug="visitor", defaults=VISITOR)


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_matching")]
    operations = [migrations.RunPython(visitor_add, migrations.RunPython.noop)]
