"""Orders of Taobao and Tmall shops: the order report (ExportOrderList), and its lines (ExportOrderDetailList)."""

from cdp.errors import N_

from .orders import REFUNDED, order_fields
from .preset import Preset, column, identifier, money, prop, statuses

PRESET = Preset(
    slug="tmall_orders",
    name=N_("Taobao/Tmall orders"),
    channel="tmall",
    signs=(
        "买家会员名",
        "买家应付货款",
        "买家应付邮费",
        "买家实际支付金额",
        "买家实际支付积分",
        "买家支付积分",
        "买家支付宝账号",
        "宝贝标题",
        "宝贝种类",
        "宝贝总数量",
        "订单付款时间",
        "打款商家金额",
        "旺旺",
    ),
    fields=order_fields(
        identifier("taobao", "买家会员名 买家昵称 买家旺旺 旺旺 旺旺昵称 会员名 买家nick 买家openid 买家ouid"),
        column("time", "订单创建时间 拍下时间 创建时间 下单时间"),
        column("paid", "订单付款时间 付款时间 买家付款时间 支付时间"),
        column("status", "订单状态 交易状态"),
        column("key", "子订单编号 子订单号 订单编号 主订单编号 订单号"),
        prop("order_no", "主订单编号 订单编号"),
        money("amount", "买家实际支付金额 实付金额 买家实付金额 实际支付金额"),
        money("goods_amount", "买家应付货款 应付货款"),
        money("paid_out", "打款商家金额"),
    ),
    statuses=statuses(
        order_unpaid="等待买家付款 等待付款 待付款 未付款 没有创建支付宝交易",
        purchase="买家已付款,等待卖家发货 买家已付款 等待卖家发货 待发货 卖家部分发货 部分发货 卖家已发货 "
        "卖家已发货,等待买家确认 已发货 等待买家确认收货 交易成功 货到付款签收 已签收 付款确认中 定金已付",
        order_closed="交易关闭 已关闭 交易自动关闭 卖家关闭交易 买家取消订单 已取消",
        refund="已退款 退款成功 付款后,卖家或买家主动关闭交易 付款以后用户退款成功,交易自动关闭",
    ),
    refunded=REFUNDED,
)
