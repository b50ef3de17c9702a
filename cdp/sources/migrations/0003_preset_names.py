"""What presets bring along: attributes and identifier types people meet under a name."""

from django.db import migrations

# slug, kind, personal, category, names
ATTRIBUTES = """
phone_hint|text|1|basic|手机号线索|手機號碼線索|Part of the phone
nickname|text|1|basic|昵称|暱稱|Nickname
points|number||membership|积分|積分|Points
wechat_follows|boolean||wechat|是否关注公众号|是否關注公眾號|Follows on WeChat
followed_at|date||wechat|关注时间|關注時間|Followed at
follow_scene|text||wechat|关注来源|關注來源|Followed through
wecom_owner|text||wechat|企业微信添加人|企業微信添加人|Added in WeCom by
added_at|date||wechat|添加时间|添加時間|Added at
"""
# slug, priority, names
TYPES = """
wecom_user|50|企业微信客户号|企業微信客戶號|WeCom customer
youzan_user|60|有赞账号|有贊帳號|Youzan account
kuaishou_user|60|快手账号|快手帳號|Kuaishou account
crm_id|70|CRM 编号|CRM 編號|CRM number
phone_md5|80|手机号 MD5|手機號碼 MD5|MD5 of the phone
device_md5|95|设备号 MD5|裝置編號 MD5|MD5 of the device
"""
EVENTS = """
order_unpaid|未付款订单|未付款訂單|Order not paid
order_closed|订单关闭|訂單關閉|Order closed
answer_survey|填写问卷|填寫問卷|Answer a survey
"""


def seed(apps, schema_editor):
    attribute, event_type = apps.get_model("store", "Attribute"), apps.get_model("store", "EventType")
    identifier_type = apps.get_model("identity", "IdentifierType")
    for line in ATTRIBUTES.strip().splitlines():
        slug, kind, personal, category, *names = line.split("|")
        given = {"kind": kind, "personal": bool(personal), "category": category, "position": 100, **named(names)}
        attribute.objects.get_or_create(slug=slug, defaults=given)
    for line in TYPES.strip().splitlines():
        slug, priority, *names = line.split("|")
        identifier_type.objects.get_or_create(slug=slug, defaults={"priority": int(priority), **named(names)})
    for line in EVENTS.strip().splitlines():
        slug, *names = line.split("|")
        event_type.objects.get_or_create(slug=slug, defaults=named(names))


def named(names):
    return dict(zip(("name_zh_hans", "name_zh_hant", "name_en"), names, strict=True))


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0002_load_language"),
        ("store", "0009_customer_with_name"),
        ("identity", "0003_built_in_types"),
    ]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
