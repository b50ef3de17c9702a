"""Orders of Pinduoduo shops."""

from cdp.errors import N_

from .orders import REFUNDED, order_fields
from .preset import Preset, column, identifier, money, statuses

PRESET = Preset(
    slug="pdd_orders",
    name=N_("Pinduoduo orders"),
    channel="pdd",
    signs=(
        "用户实付金额(元)",
        "商家实收金额(元)",
        "多多支付立减金额(元)",
        "店铺优惠折扣(元)",
        "平台优惠折扣(元)",
        "商品总价(元)",
        "拼单成功时间",
        "订单成交时间",
        "承诺发货时间",
        "是否抽奖或0元试用",
        "样式id",
        "商家编码-规格维度",
    ),
    fields=order_fields(
        identifier("pdd_user", "用户id 买家id 拼多多用户 买家昵称"),
        column("time", "订单成交时间 拼单成功时间 支付时间 下单时间 成团时间"),
        column("paid", "支付时间 付款时间"),
        column("status", "订单状态"),
        column("key", "订单号 订单编号"),
        money("amount", "用户实付金额(元) 用户实付金额 实付金额"),
        money("income", "商家实收金额(元) 商家实收金额"),
        money("shop_discount", "店铺优惠折扣(元)"),
        money("platform_discount", "平台优惠折扣(元)"),
    ),
    statuses=statuses(
        order_unpaid="待付款 待支付 未支付",
        purchase="待发货 已发货 已发货,待签收 已发货,待收货 已发货,已签收 已收货 已签收 待收货 待评价 已完成 "
        "交易成功 未发货,退款成功 已发货,退款成功 已收货,退款成功 已发货,退款中 未发货,退款中 已发货,部分退款成功",
        order_closed="已取消 交易已取消 已取消,未支付 已关闭",
        refund="已退款 退款成功 已取消,退款成功",
    ),
    refunded=(*REFUNDED, "未发货,退款成功", "已发货,退款成功", "已收货,退款成功", "已发货,部分退款成功"),
)
