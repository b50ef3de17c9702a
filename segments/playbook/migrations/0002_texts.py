"""Texts of entries by language. What is there is in the language it looks like; shipped texts come in all."""

import re

from django.db import migrations, models

from segments.playbook.files import starter

TEXTS = ("action", "effect", "measure")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def texts_fill(apps, schema_editor):
    play = apps.get_model("playbook", "Play")
    for one in play.objects.all():
        shipped = starter().get(one.slug, {})
        texts = {name: _in_languages(getattr(one, name), shipped.get(name, {})) for name in TEXTS}
        play.objects.filter(pk=one.pk).update(texts={name: said for name, said in texts.items() if said})


def _in_languages(text, shipped):
    if not text:
        return {}
    if text in shipped.values():
        return dict(shipped)
    return {"zh-hans" if CHINESE.search(text) else "en": text}


class Migration(migrations.Migration):
    dependencies = [("playbook", "0001_playbook")]

    operations = [
        migrations.AddField("play", "texts", models.JSONField(blank=True, default=dict)),
        migrations.RunPython(texts_fill, migrations.RunPython.noop),
    ]
