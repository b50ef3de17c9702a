"""Profiles bought from or matched with third-party panels, keyed by device or by hashed phone."""

from cdp.errors import N_

from .preset import Preset, attribute, column, identifier

PRESET = Preset(
    slug="panel_profiles",
    name=N_("Third-party panel"),
    kind="customers",
    channel="other",
    signs=(
        "oaid",
        "idfa",
        "imei",
        "手机号md5",
        "phone_md5",
        "mobile_md5",
        "imei_md5",
        "消费能力",
        "消费水平",
        "城市等级",
        "置信度",
        "人生阶段",
        "常驻城市",
        "兴趣偏好",
    ),
    fields=(
        identifier("device", "oaid idfa imei 设备号 设备id device_id caid android_id"),
        identifier("device_md5", "oaid_md5 idfa_md5 imei_md5 设备号md5"),
        identifier("phone_md5", "手机号md5 phone_md5 mobile_md5 md5手机号 手机md5"),
        attribute("gender", "性别 gender 预测性别"),
        attribute("age_band", "年龄段 年龄区间 年龄 age_range 预测年龄段"),
        attribute("province", "常驻省份 省份 province"),
        attribute("city", "常驻城市 城市 city"),
        attribute("city_tier", "城市等级 城市级别 city_level city_tier"),
        attribute("spending_power", "消费能力 消费水平 consumption_level 消费档次"),
        attribute("life_stage", "人生阶段 life_stage"),
        attribute("education", "学历 education 教育程度"),
        attribute("occupation", "职业 occupation"),
        attribute("marital_status", "婚姻状况 婚育状况 marital_status"),
        attribute("interests", "兴趣偏好 兴趣标签 兴趣 interests", "list"),
        attribute("panel_confidence", "置信度 confidence 准确率", "number"),
        attribute("panel_date", "数据日期 更新日期 date dt", "date"),
        column("left_out", "ip mac mac地址"),
    ),
)
