"""Bring a made world in the way a person's files come in: identifiers, records, events, then definitions."""

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from cdp.errors import Problem, UserError
from cdp.identity.models import Identifier
from cdp.identity.services import identities_link
from cdp.ledger.models import JobState
from cdp.ledger.services import job_run
from cdp.sources.models import Source
from cdp.store.models import Batch
from cdp.store.services import (
    attribute_register,
    batch_writing,
    event_type_register,
    events_add,
    property_register,
    records_add,
)
from cdp.store.themes import Theme, theme_guessed
from segments.models import Refresh, Segment
from segments.personas.models import Persona
from segments.refresh import refresh_create, refresh_run
from segments.services import segment_save
from tags.dependencies import SEGMENT, TAG, Ref, upstream
from tags.entries import entries_add
from tags.models import Category, Tag, TagKind
from tags.selectors import graph
from tags.services import tag_publish, tag_save

from .accounts import Accounts
from .brand import BRAND
from .groups import PERSONAS, SEGMENTS
from .ready_made import ready_made_plans
from .tags import GROUPS, tag_plans, words
from .world import World

Say = Callable[[str], None]
# The segments are also computed as of so many days earlier, so that their sizes have a past.
HISTORY_DAYS = (56, 28)
FRIENDS = 12

# Slug → kind and names (zh-hans, zh-hant, en).
PROPERTIES = {
    "product": ("text", "商品", "商品", "Product"),
    "category": ("text", "品类", "品類", "Category"),
    "brand": ("text", "品牌", "品牌", "Brand"),
    "quantity": ("number", "件数", "件數", "Quantity"),
    "amount": ("money", "金额", "金額", "Amount"),
    "discount": ("money", "优惠金额", "優惠金額", "Discount"),
    "coupon": ("text", "优惠券", "優惠券", "Coupon"),
    "order_no": ("text", "订单号", "訂單號", "Order number"),
    "score": ("number", "评分", "評分", "Score"),
    "topic": ("text", "咨询主题", "諮詢主題", "Topic"),
}
EVENTS = {
    "browse": ("浏览", "瀏覽", "Browse"),
    "add_to_cart": ("加入购物车", "加入購物車", "Add to cart"),
    "purchase": ("购买", "購買", "Purchase"),
    "refund": ("退款", "退款", "Refund"),
    "review": ("评价", "評價", "Review"),
    "coupon_claim": ("领取优惠券", "領取優惠券", "Claim a coupon"),
    "service_call": ("联系客服", "聯繫客服", "Ask the service desk"),
}
ATTRIBUTES = {
    "interests": ("list", "兴趣", "興趣", "Interests"),
    "agrees_to_mail": ("boolean", "愿意接收消息", "願意接收訊息", "Wants messages"),
    "motives": ("list", "购买动机", "購買動機", "Why they buy"),
    "price_sensitivity": ("text", "价格敏感度", "價格敏感度", "Price sensitivity"),
    "joined_through": ("text", "从哪里得知", "從哪裡得知", "How they came"),
    "friends_invited": ("number", "邀请好友数", "邀請好友數", "Friends invited"),
}
SOURCES = {
    "demo_members": ("会员中心", "會員中心", "Members"),
    "demo_survey": ("会员调研", "會員調研", "Survey of members"),
    "demo_app": ("App", "App", "App"),
    "demo_web": ("官网商城", "官網商城", "Web shop"),
    "demo_tmall": ("天猫旗舰店", "天貓旗艦店", "Tmall shop"),
    "demo_jd": ("京东旗舰店", "京東旗艦店", "JD shop"),
    "demo_wechat": ("微信小程序", "微信小程式", "WeChat mini-program"),
    "demo_douyin": ("抖音小店", "抖音小店", "Douyin shop"),
    "demo_store": ("门店", "門市", "Stores"),
    "demo_bindings": ("账号绑定", "帳號綁定", "Account bindings"),
}


def is_loaded() -> bool:
    return Source.objects.filter(slug="demo_members").exists()


class Names(TypedDict):
    name_zh_hans: str
    name_zh_hant: str
    name_en: str


def names_of(hans: str, hant: str, en: str) -> Names:
    return Names(name_zh_hans=hans, name_zh_hant=hant, name_en=en)


def world_load(world: World, *, by: User, as_of: datetime, language: str, say: Say) -> None:
    """Everything, in one go; `say` is told what has been done. Names come in every language, descriptions,
    which have one text, in `language`."""
    _register()
    for accounts in world.accounts:
        added = _source_load(accounts, world.events.get(accounts.channel), by)
        say(f"{accounts.slug}: {accounts.identifiers.num_rows:,} accounts, {added:,} events")
    definitions_save(world, by=by, language=language)
    for days in HISTORY_DAYS:
        world_compute(as_of - timedelta(days=days), by, _segments_and_their_tags())
    refresh = world_compute(as_of, by, ())
    say(f"{len(refresh.targets)} tags and segments computed as of {as_of:%Y-%m-%d %H:%M}")


def _segments_and_their_tags() -> list[str]:
    """With the stages, so that personas tell who moved from one to another."""
    segments = {Ref(SEGMENT, group.slug) for group in SEGMENTS}
    return [ref.slug for ref in upstream(graph(), segments) | segments | {Ref(TAG, "customer_stage")}]


def world_compute(as_of: datetime, by: User, slugs: Iterable[str]) -> Refresh:
    """Raises `UserError` when something could not be computed, rather than show half a world."""
    refresh = refresh_create(slugs=slugs, as_of=as_of, trigger="command", by=by)
    job_run(Refresh, refresh.pk, refresh_run)
    refresh.refresh_from_db()
    if refresh.state != JobState.DONE:
        raise UserError(*(Problem.from_json(problem) for problem in refresh.problems))
    return refresh


@transaction.atomic
def _register() -> None:
    for slug, (kind, hans, hant, en) in PROPERTIES.items():
        property_register(slug=slug, kind=kind, **names_of(hans, hant, en))
    for slug, names in EVENTS.items():
        event_type_register(slug=slug, **names_of(*names))
    for slug, (kind, hans, hant, en) in ATTRIBUTES.items():
        theme = Theme.CONNECTS if slug == "joined_through" else ""
        attribute_register(slug=slug, kind=kind, category="demo", theme=theme, **names_of(hans, hant, en))


def _source_load(accounts: Accounts, events: pa.Table | None, by: User) -> int:
    """One source's accounts, what it knows of their people, and what they did there; as one batch."""
    hans, hant, en = SOURCES[accounts.slug]
    names = names_of(f"{hans} · {BRAND['zh_hans']}", f"{hant} · {BRAND['zh_hant']}", f"{en} · {BRAND['en']}")
    Source.objects.create(slug=accounts.slug, channel=accounts.channel, owner=by, **names)
    with batch_writing(source=accounts.slug, channel=accounts.channel) as batch:
        linked = identities_link(batch=batch, identifiers=accounts.identifiers)
        origins = linked.select(["row", "origin_id"])
        if accounts.attributes is not None:
            records_add(batch=batch, records=_by_origin(accounts.attributes, origins))
        if events is None or accounts.channel == "other":
            return 0
        return _events_load(batch, events, origins)


def _events_load(batch: Batch, events: pa.Table, origins: pa.Table) -> int:
    # A property that no event of this channel has is not a column of its file either.
    given = [name for name in events.column_names if events[name].null_count < events.num_rows]
    return events_add(batch=batch, events=_by_origin(events.select(given), origins)).added


def _by_origin(table: pa.Table, origins: pa.Table) -> pa.Table:
    """The table with `origin_id` in the place of `row`."""
    place = pc.index_in(table["row"], origins["row"].combine_chunks())
    return table.drop_columns(["row"]).append_column("origin_id", pc.take(origins["origin_id"], place))


def _friends_name(tag: Tag, world: World, by: User) -> None:
    """A few customers whom colleagues met, the year before the world ends."""
    phones = list(Identifier.objects.filter(type="phone").order_by("pk").values_list("value", flat=True)[:FRIENDS])
    met = datetime.combine(world.end - timedelta(days=365), time(), ZoneInfo(settings.CDP_TIME_ZONE))
    for value, some in (("KOC", phones[::2]), ("VIP", phones[1::2])):
        entries_add(tag=tag, identifiers=some, value=value, reason="6.18", added_at=met, actor=by)


def definitions_save(world: World, *, by: User, language: str) -> None:
    """Tags and segments through their services; personas as they are made."""
    for slug, (position, names) in GROUPS.items():
        theme = theme_guessed(slug, *names) or ""
        Category.objects.get_or_create(
            slug=slug, defaults={"position": position, "theme": theme, **names_of(*names)}
        )
    for plan in [*tag_plans(world.end), *ready_made_plans()]:
        tag = tag_save(
            slug=plan.slug,
            kind=plan.kind,
            definition=plan.definition,
            names=words(plan.names),
            category=Category.objects.get(slug=plan.group),
            description=words(plan.description)[language],
            actor=by,
        )
        if plan.kind == TagKind.LIST:
            _friends_name(tag, world, by)
        tag_publish(tag=tag, actor=by)
    for group in SEGMENTS:
        segment_save(
            slug=group.slug,
            rule=group.rule,
            names=words(group.names),
            description=words(group.description)[language],
            actor=by,
        )
    for persona in PERSONAS:
        segment = Segment.objects.get(slug=persona.segment)
        made = {
            "segment": segment,
            "description": words(persona.description)[language],
            "owner": by,
            **names_of(*persona.names),
        }
        Persona.objects.get_or_create(slug=persona.slug, defaults=made)
