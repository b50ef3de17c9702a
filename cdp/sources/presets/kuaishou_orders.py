"""Orders of Kuaishou shops."""

from cdp.errors import N_

from .orders import REFUNDED, order_fields
from .preset import Preset, column, identifier, money, prop, statuses

PRESET = Preset(
    slug="kuaishou_orders",
    name=N_("Kuaishou shop orders"),
    channel="kuaishou",
    signs=(
        "快手id",
        "快手号",
        "买家快手id",
        "cps达人id",
        "cps达人昵称",
        "推广者id",
        "实付款",
        "订单支付时间",
        "成交数量",
        "快递费",
        "收货人电话",
        "团长id",
        "主播id",
    ),
    fields=order_fields(
        identifier("kuaishou_user", "买家快手id 快手id 快手号 买家openid 买家id 买家昵称"),
        column("time", "订单创建时间 下单时间 创建时间"),
        column("paid", "订单支付时间 支付时间 付款时间"),
        column("status", "订单状态"),
        column("key", "订单编号 订单号 订单id"),
        money("amount", "实付款 实付金额 实付款金额 用户实付"),
        prop("host", "主播昵称 cps达人昵称 推广者昵称"),
    ),
    statuses=statuses(
        order_unpaid="待付款 待支付",
        purchase="待发货 已付款 部分发货 已发货 待收货 已收货 已签收 交易成功 已完成",
        order_closed="交易失败 交易关闭 已取消 已关闭 订单失败",
        refund="已退款 退款成功",
    ),
    refunded=REFUNDED,
)
