"""Names every shop has: what customers do, and what is known of them."""

from django.db import migrations

EVENTS = """
browse|浏览|瀏覽|Browse
add_to_cart|加入购物车|加入購物車|Add to cart
remove_from_cart|移出购物车|移出購物車|Remove from cart
purchase|购买|購買|Purchase
refund|退款|退款|Refund
follow|关注|關注|Follow
click|点击|點擊|Click
register|注册|註冊|Register
visit|访问|造訪|Visit
search|搜索|搜尋|Search
coupon_claim|领取优惠券|領取優惠券|Claim a coupon
review|评价|評價|Review
complaint|投诉|投訴|Complaint
"""

# slug, kind, personal, category, names
ATTRIBUTES = """
name|text|1|basic|姓名|姓名|Name
gender|text||basic|性别|性別|Gender
birthday|date||basic|生日|生日|Birthday
age|number||basic|年龄|年齡|Age
age_band|text||basic|年龄段|年齡層|Age band
province|text||place|省份|省份|Province
city|text||place|城市|城市|City
member_level|text||membership|会员等级|會員等級|Member level
registered_at|date||membership|注册时间|註冊時間|Registered at
"""


def seed(apps, schema_editor):
    event_type, attribute = apps.get_model("store", "EventType"), apps.get_model("store", "Attribute")
    for line in EVENTS.strip().splitlines():
        slug, hans, hant, english = line.split("|")
        names = {"name_zh_hans": hans, "name_zh_hant": hant, "name_en": english}
        event_type.objects.get_or_create(slug=slug, defaults=names)
    for position, line in enumerate(ATTRIBUTES.strip().splitlines()):
        slug, kind, personal, category, hans, hant, english = line.split("|")
        attribute.objects.get_or_create(
            slug=slug,
            defaults={
                "kind": kind,
                "personal": bool(personal),
                "category": category,
                "position": position,
                "name_zh_hans": hans,
                "name_zh_hant": hant,
                "name_en": english,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("store", "0002_lake_versions")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
