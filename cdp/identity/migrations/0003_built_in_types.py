"""Identifier types every shop has."""

from django.db import migrations

# slug, kind, personal, priority, names: what a person keeps longest comes first
TYPES = """
member_no|text||10|会员号|會員號|Member number
phone|phone|1|20|手机号|手機號碼|Phone
email|email|1|30|邮箱|電子郵件|E-mail
wechat_unionid|text||40|微信 UnionID|微信 UnionID|WeChat UnionID
wechat_openid|text||50|微信 OpenID|微信 OpenID|WeChat OpenID
taobao|text||60|淘宝/天猫账号|淘寶/天貓帳號|Taobao/Tmall account
jd_user|text||60|京东账号|京東帳號|JD account
pdd_user|text||60|拼多多账号|拼多多帳號|Pinduoduo account
douyin_user|text||60|抖音账号|抖音帳號|Douyin account
app_user|text||70|App 用户号|App 使用者編號|App user
web_user|text||70|网站用户号|網站使用者編號|Web user
device|text||90|设备号|裝置編號|Device
"""


def seed(apps, schema_editor):
    identifier_type = apps.get_model("identity", "IdentifierType")
    for line in TYPES.strip().splitlines():
        slug, kind, personal, priority, hans, hant, english = line.split("|")
        identifier_type.objects.get_or_create(
            slug=slug,
            defaults={
                "kind": kind,
                "personal": bool(personal),
                "priority": int(priority),
                "name_zh_hans": hans,
                "name_zh_hant": hant,
                "name_en": english,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_primary_identifiers")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
