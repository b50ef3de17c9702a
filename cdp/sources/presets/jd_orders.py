"""Orders of JD's third-party shops, as the shop's back office exports them."""

from cdp.errors import N_

from .orders import REFUNDED, order_fields
from .preset import Preset, column, identifier, money, prop, statuses

PRESET = Preset(
    slug="jd_orders",
    name=N_("JD orders"),
    channel="jd",
    signs=(
        "下单帐号",
        "下单账号",
        "京东价",
        "结算金额",
        "余额支付",
        "付款确认时间",
        "增票相关信息",
        "商家skuid",
        "订购数量",
        "是否为品牌订单",
        "送装服务",
        "商家备注等级",
    ),
    fields=order_fields(
        identifier("jd_user", "下单帐号 下单账号 买家账号 京东账号 用户pin 下单用户 客户账号"),
        column("time", "下单时间 订单时间 订单创建时间"),
        column("paid", "付款确认时间 付款时间 支付时间"),
        column("status", "订单状态"),
        column("key", "订单号 订单编号"),
        column("line", "商品id 商品编号 skuid 商家skuid"),
        money("amount", "结算金额 用户应付金额 实付金额 用户实付金额 应付金额"),
        money("balance_paid", "余额支付"),
        prop("order_type", "订单类型"),
        prop("order_source", "订单来源 订单渠道"),
    ),
    statuses=statuses(
        order_unpaid="等待付款 待付款 未付款 等待付款确认 (锁定)等待付款",
        purchase="等待出库 等待打印 等待发货 待出库 等待确认收货 已出库 正在出库 完成 已完成 已收货 锁定 "
        "暂停 (锁定)等待出库 (暂停)等待出库 (锁定)等待确认收货 配送中",
        order_closed="已取消 取消 (删除)等待付款 (删除)等待出库 (删除)等待打印 "
        "已删除 已关闭 订单取消 (取消)等待出库",
        refund="已退款 退款完成 已退货 退货完成",
    ),
    refunded=REFUNDED,
)
