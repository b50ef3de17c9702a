"""An edition as it might have been kept, with what must not leave the product in it."""

from django.utils import timezone

from segments.editions.canonical import digest_of
from segments.editions.models import Edition
from segments.models import Segment, SegmentKind
from segments.personas.models import Persona

RULE = {"attribute": "phone", "op": "=", "value": "13900139000"}
FINDING = {
    "value": "Hangzhou",
    "subject": "City",
    "tgi": "182",
    "between": "160–205",
    "share": "41.0 %",
    "everyone": "22.5 %",
    "n": "1,204",
    "rule": RULE,
}
FIGURE = {
    "data": [{"type": "bar", "x": ["18–24", "25–34"], "y": [0.2, 0.5]}],
    "layout": {"height": 220},
}


def edition_shown(**more):
    segment = Segment.objects.create(slug="friends", kind=SegmentKind.RULE, name_en="Friends", name_zh_hans="老友")
    persona = Persona.objects.create(slug="friends", segment=segment, name_en="Old friends")
    content = {
        "members": 1204,
        "numbers": [{"label": "Spent", "text": "¥ 812", "exact": "812.40", "beside": "¥ 500", "tgi": "162"}],
        "over": [FINDING],
        "under": [],
        "tree": [{"text": "City is Hangzhou", "depth": 0, "percent": 61, "share": "61 %", "rule": RULE}],
        "sections": [
            {"slug": "who", "title": "Who they are", "charts": [
                {"slug": "age", "title": "Age", "note": "n 1,204", "figure": FIGURE, "behind": {"x": "13900139000"}}
            ]}
        ],
        "samples": ["Li Lei 13900139000"],
    }  # fmt: skip
    head = {
        "persona": "friends",
        "name": "Old friends",
        "lead": "Ask 13900139000 about them.",
        "sentence": "phone is 13900139000",
        "segment": "friends",
        "segment_name": "Friends",
        "owner": "Anna",
        "members": 1204,
        "universe": 9000,
        "drawn_at": timezone.now().isoformat(),
    }
    made = Edition(
        persona=persona,
        number=1,
        title="Before spring",
        language=more.pop("language", "en"),
        as_of=timezone.now(),
        fingerprint="f",
        head=head,
        content=content,
        maker="Bob",
        made_at=timezone.now(),
    )
    made.digest = digest_of(made.frozen)
    made.save()
    return made
