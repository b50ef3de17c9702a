"""Orders of Douyin shops; a row is a sub-order."""

from cdp.errors import N_

from .orders import REFUNDED, order_fields
from .preset import Preset, column, identifier, money, prop, statuses

PRESET = Preset(
    slug="douyin_orders",
    name=N_("Douyin shop orders"),
    channel="douyin",
    signs=(
        "选购商品",
        "订单提交时间",
        "支付完成时间",
        "达人id",
        "达人昵称",
        "app渠道",
        "流量来源",
        "流量体裁",
        "鲁班落地页id",
        "是否安心购",
        "达人优惠",
        "降级类目",
    ),
    fields=order_fields(
        identifier("douyin_user", "用户openid 买家openid 抖音号 抖音用户 用户昵称 买家昵称 doudian_open_id"),
        column("time", "订单提交时间 下单时间 订单创建时间"),
        column("paid", "支付完成时间 支付时间 付款时间"),
        column("status", "订单状态"),
        column("key", "子订单编号 商品单号 子订单号 主订单编号 订单编号 订单号"),
        prop("order_no", "主订单编号"),
        money("amount", "订单实付金额 实付款 用户实付金额 实付金额 支付金额 订单应付金额"),
        money("discount", "优惠总金额"),
        money("platform_discount", "平台优惠 平台实际承担优惠金额"),
        money("shop_discount", "商家优惠 商家实际承担优惠金额"),
        prop("host", "达人昵称"),
        prop("traffic", "流量来源 流量渠道"),
    ),
    statuses=statuses(
        order_unpaid="待支付 待付款 待确认",
        purchase="待发货 备货中 已支付 部分发货 已发货 全部发货 已完成 已签收 已收货 待收货 交易成功",
        order_closed="已关闭 已取消 交易关闭 支付超时 订单关闭",
        refund="已退款 退款成功 发货前退款完结 发货后退款完结 收货后退款完结",
    ),
    refunded=(*REFUNDED, "售后成功", "退款完结"),
)
