"""How people call the columns we know, in the exports of shops, tills and customer systems."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """`headers` in small letters without spaces, most telling first."""

    role: str
    slug: str
    kind: str
    headers: tuple[str, ...]


def _known(role: str, slug: str, kind: str, headers: str) -> Known:
    return Known(role, slug, kind, tuple(headers.split()))


IDENTIFIERS = (
    _known(
        "identifier",
        "phone",
        "",
        "手机号 手机号码 手机 联系手机 收货人手机 买家手机 移动电话 联系电话 电话 "
        "電話 手機 手機號碼 mobile phone tel telephone phone_number mobile_no cellphone",
    ),
    _known(
        "identifier", "email", "", "邮箱 电子邮箱 电子邮件 邮件 邮箱地址 電子郵件 email e-mail mail email_address"
    ),
    _known(
        "identifier",
        "member_no",
        "",
        "会员号 会员编号 会员卡号 会员id 卡号 客户编号 客户号 客户id 會員編號 member_no "
        "member_id card_no vip_no customer_no customer_id",
    ),
    _known("identifier", "wechat_unionid", "", "unionid union_id wechat_unionid 微信unionid"),
    _known("identifier", "wechat_openid", "", "openid open_id wechat_openid 微信openid"),
    _known(
        "identifier", "taobao", "", "买家会员名 买家昵称 买家旺旺 旺旺 旺旺号 淘宝会员名 淘宝账号 buyer_nick taobao"
    ),
    _known("identifier", "jd_user", "", "京东账号 下单账号 京东用户 jd_user jd_pin jd_id pin"),
    _known("identifier", "pdd_user", "", "拼多多用户 拼多多账号 pdd_user"),
    _known("identifier", "douyin_user", "", "抖音号 抖音用户 抖音昵称 douyin_user douyin_id"),
    _known("identifier", "web_user", "", "web_user"),
    _known("identifier", "visitor", "", "visitor_id cookie_id anonymous_id 访客id 訪客id visitor"),
    _known(
        "identifier", "app_user", "", "用户id 用户编号 账号 用户账号 user_id userid uid app_user account account_id"
    ),
    _known("identifier", "device", "", "设备号 设备id device_id device idfa imei oaid"),
)
ATTRIBUTES = (
    _known("attribute", "name", "text", "姓名 客户姓名 会员姓名 收货人姓名 收货人 name full_name customer_name"),
    _known("attribute", "gender", "text", "性别 性別 sex gender"),
    _known("attribute", "birthday", "date", "生日 出生日期 出生年月 birthday birth_date birthdate dob"),
    _known("attribute", "age_band", "text", "年龄段 年龄区间 年龄层 age_band age_range age_group"),
    _known("attribute", "age", "number", "年龄 年齡 age"),
    _known(
        "attribute",
        "province",
        "text",
        "省份 省 所在省 收货省份 收货地址 收件地址 地址 所在地区 地区 province address region",
    ),
    _known("attribute", "city", "text", "城市 市 所在城市 收货城市 city"),
    _known(
        "attribute",
        "member_level",
        "text",
        "会员等级 会员级别 等级 級別 會員等級 user_lv_cd member_level vip_level level tier",
    ),
    _known(
        "attribute",
        "registered_at",
        "date",
        "注册时间 注册日期 入会时间 入会日期 开卡时间 加入时间 註冊時間 user_reg_tm "
        "registered_at reg_time register_time signup_at joined_at",
    ),
)
CREATED = _known(
    "time",
    "time",
    "",
    "订单创建时间 下单时间 订单时间 交易时间 购买时间 消费时间 成交时间 创建时间 发生时间 行为时间 操作时间 "
    "访问时间 浏览时间 事件时间 时间 下单日期 订单日期 交易日期 购买日期 消费日期 成交日期 日期 time event_time "
    "order_time purchase_time visit_time created_at create_time timestamp datetime order_date purchase_date "
    "date dt occurred_at",
)
PAID = _known("time", "paid", "", "订单付款时间 付款时间 支付时间 paid_at pay_time payment_time")
KEY = _known(
    "key",
    "key",
    "",
    "订单编号 订单号 主订单编号 子订单编号 订单id 交易号 流水号 小票号 order_id order_no orderid "
    "transaction_id event_id",
)
NAME = _known(
    "name",
    "name",
    "",
    "行为类型 行为 事件 事件名称 事件类型 event event_name event_type behavior behavior_type "
    "behaviour action action_type type",
)
PROPERTIES = (
    _known(
        "property",
        "amount",
        "money",
        "买家实际支付金额 实付金额 实际支付金额 实付款 支付金额 付款金额 实收金额 消费金额 成交金额 "
        "金额 amount paid_amount pay_amount payment",
    ),
    _known(
        "property",
        "total_amount",
        "money",
        "总金额 订单金额 订单总金额 应付金额 买家应付货款 total total_amount order_amount",
    ),
    _known("property", "refund_amount", "money", "退款金额 refund refund_amount"),
    _known("property", "discount", "money", "优惠金额 折扣金额 discount discount_amount"),
    _known("property", "price", "money", "单价 价格 商品价格 price unit_price"),
    _known("property", "quantity", "number", "数量 购买数量 商品数量 件数 宝贝总数量 quantity qty"),
    _known(
        "property", "product", "text", "商品名称 宝贝标题 商品标题 商品 标题 产品 product product_name item_name"
    ),
    _known("property", "category", "text", "类目 商品类目 品类 分类 商品分类 category category_name"),
)
MONEY_WORDS = ("金额", "价", "费", "款", "amount", "price", "fee", "cost", "revenue")
NUMBER_WORDS = ("数", "量", "次", "分", "率", "num", "count", "qty", "score", "rate", "points", "duration", "秒")
LIST_WORDS = ("标签", "標籤", "兴趣", "興趣", "爱好", "愛好", "偏好", "tags", "interests", "hobbies", "labels")
# Values of an event column as people and platforms write them.
EVENTS = {
    "browse": "浏览 查看 访问 pv view page_view 浏览商品",
    "click": "点击 click",
    "add_to_cart": "加购 加入购物车 加购物车 cart add_cart",
    "remove_from_cart": "移出购物车 删除购物车 remove_cart",
    "favorite": "收藏 fav favourite",
    "follow": "关注",
    "purchase": "购买 下单 支付 成交 付款 已付款 交易成功 buy order pay paid",
    "refund": "退款 退货 returned",
    "sign_up": "注册 register",
    "login": "登录 登陆",
    "share": "分享",
    "search": "搜索",
}
EVENT_WORDS = {word: slug for slug, words in EVENTS.items() for word in words.split()}
# JD's public behaviour logs write events as numbers.
JD_HEADERS = (frozenset(("user_id", "sku_id", "type")), frozenset(("user_id", "user_lv_cd")))
JD_TYPES = {
    "1": "browse",
    "2": "add_to_cart",
    "3": "remove_from_cart",
    "4": "purchase",
    "5": "follow",
    "6": "click",
}
JD_GENDERS = {"0": "male", "1": "female", "2": "unknown"}
