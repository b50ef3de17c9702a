from babel.messages.catalog import Catalog
from django.core.management.base import BaseCommand
from opencc import OpenCC

from cdp.messages import (
    LANGUAGES,
    compile_catalogues,
    missing_messages,
    read_catalogue,
    update_catalogue,
    write_catalogue,
)

# Our words where the converter would choose another (see docs/words.md).
GLOSSARY = {
    "資料源": "資料來源",
    "重新整理": "更新",
    "脫敏": "遮罩",
    "屬性": "屬性",
    "釋出": "發布",
    "型別": "類型",
    "儲存併": "儲存並",
    "併為每": "並為每",
}


class Command(BaseCommand):
    help = "Extract texts into locale/, draft Traditional from Simplified Chinese, compile."

    def add_arguments(self, parser):
        parser.add_argument("--compile", action="store_true", help="only compile")

    def handle(self, *args, **options):
        if not options["compile"]:
            simplified = update_catalogue("zh_Hans")
            draft_traditional(simplified)
        compile_catalogues()
        for language in LANGUAGES:
            for text in missing_messages(language):
                self.stdout.write(f"{language}: {text!r} is not translated")


def draft_traditional(simplified: Catalog) -> None:
    """Fill what Traditional Chinese lacks from Simplified; what a person wrote stays."""
    update_catalogue("zh_Hant")
    traditional = read_catalogue("zh_Hant")
    convert = OpenCC("s2twp").convert
    for message in simplified:
        if not message.id or not message.string:
            continue
        known = traditional.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        if known is None or not known.string or not any(known.string):
            # Adding a text that is there already would keep its empty translation.
            known = known or traditional.add(message.id, context=message.context)
            known.string = _mapped(message.string, convert)
    write_catalogue("zh_Hant", traditional)


def _mapped(text, convert):
    if isinstance(text, tuple):
        return tuple(_mapped(part, convert) for part in text)
    drafted = convert(text)
    for old, new in GLOSSARY.items():
        drafted = drafted.replace(old, new)
    return drafted
