"""Membership cards: who holds which, of which level, with how many points."""

from cdp.errors import N_

from .preset import Preset, attribute, column, identifier

PRESET = Preset(
    slug="membership_cards",
    name=N_("Membership cards"),
    kind="customers",
    channel="store",
    signs=(
        "会员卡号",
        "开卡时间",
        "开卡日期",
        "开卡门店",
        "办卡时间",
        "办卡门店",
        "可用积分",
        "当前积分",
        "积分余额",
        "储值余额",
        "卡余额",
        "会员等级",
        "卡类型",
        "卡状态",
    ),
    fields=(
        identifier("member_no", "会员卡号 会员号 会员编号 卡号 vip卡号 会员id"),
        identifier("phone", "手机号 手机 手机号码 会员手机 会员手机号 联系电话 电话"),
        identifier("email", "邮箱 电子邮箱 email"),
        identifier("wechat_openid", "openid 微信openid"),
        identifier("wechat_unionid", "unionid"),
        attribute("name", "姓名 会员姓名 持卡人 客户姓名 会员名称"),
        attribute("gender", "性别 会员性别"),
        attribute("birthday", "生日 出生日期 会员生日 出生年月", "date"),
        attribute("member_level", "会员等级 会员级别 等级 卡等级 卡类型 会员卡类型 等级名称"),
        attribute(
            "registered_at",
            "开卡时间 开卡日期 办卡时间 办卡日期 入会时间 入会日期 注册时间 加入时间 成为会员时间",
            "date",
        ),
        attribute("points", "可用积分 当前积分 积分余额 剩余积分 积分", "number"),
        attribute("balance", "储值余额 卡余额 账户余额 余额 可用余额", "money"),
        attribute("card_store", "开卡门店 办卡门店 所属门店 归属门店 注册门店"),
        attribute("card_expires_at", "有效期至 到期日期 有效期 到期时间", "date"),
        attribute("card_status", "卡状态 会员状态 状态"),
        attribute("province", "省份 省 所在地区 地址 联系地址 家庭地址"),
        attribute("city", "城市 市"),
        column("left_out", "身份证号 身份证 证件号码 备注 地址 联系地址 家庭地址 推荐人手机号"),
    ),
)
