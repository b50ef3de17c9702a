"""Orders of Youzan shops."""

from cdp.errors import N_

from .orders import REFUNDED, order_fields
from .preset import Preset, column, identifier, money, prop, statuses

PRESET = Preset(
    slug="youzan_orders",
    name=N_("Youzan orders"),
    channel="wechat",
    signs=(
        "订单实付金额",
        "应收订单金额",
        "全部商品名称",
        "商品种类数",
        "收货人/提货人",
        "收货人手机号/提货人手机号",
        "买家付款时间",
        "归属店铺",
        "店铺优惠合计",
        "商品金额合计",
        "粉丝昵称",
        "外部支付流水号",
    ),
    fields=order_fields(
        identifier("phone", "买家手机号 会员手机号 客户手机号 收货人手机号/提货人手机号"),
        identifier("wechat_unionid", "unionid 微信unionid"),
        identifier("wechat_openid", "openid 微信openid 粉丝openid"),
        identifier("youzan_user", "有赞用户id 买家id yz_open_id 客户id"),
        column("attribute", "粉丝昵称 买家昵称 微信昵称", "nickname"),
        column("attribute", "收货人/提货人", "name"),
        column("time", "订单创建时间 下单时间"),
        column("paid", "买家付款时间 付款时间 支付时间"),
        column("status", "订单状态 订单商品状态"),
        column("key", "订单号 订单编号"),
        column("line", "商品id 规格编码 商品编码 商品名称"),
        money("amount", "订单实付金额 实付金额 商品实际成交金额"),
        money("discount", "店铺优惠合计 订单优惠"),
        prop("order_type", "订单类型"),
    ),
    statuses=statuses(
        order_unpaid="待付款 待支付 等待买家付款",
        purchase="待发货 待接单 待成团 已发货 部分发货 商家已发货 交易成功 交易完成 已完成 待核销 已付款 "
        "等待商家发货",
        order_closed="交易关闭 已关闭 已取消",
        refund="已退款 退款成功 全额退款",
    ),
    refunded=REFUNDED,
)
