"""What the order exports of all shop platforms have in common."""

from .preset import attribute, column, identifier, money, prop

PHONES = (
    "收货人手机 收货人手机号 收货人手机号码 收件人手机号 收件人手机 收货人电话 收货人联系方式 买家手机号 "
    "买家手机 联系手机 手机 手机号 手机号码 联系电话 收货电话 移动电话"
)
REFUND = "退款金额 买家退款金额 退款总额 已退款金额 商品已退款金额 实际退款金额"
COMMON = (
    identifier("phone", PHONES),
    attribute("name", "收货人姓名 收货人 收件人 收件人姓名 客户姓名 买家姓名"),
    attribute(
        "province", "省 省份 收货省份 收货人省份 收货地址 收货人地址 收货地址省份 客户地址 详细地址 收件地址"
    ),
    attribute("city", "市 城市 收货城市 收货人城市 收货地址城市"),
    prop("product", "商品名称 宝贝标题 商品标题 选购商品 商品 全部商品名称 标题"),
    prop("product_id", "商品id 宝贝id 商品编号 货号"),
    prop("sku", "商品规格 规格 sku规格 商品属性 销售属性 规格名称 宝贝种类"),
    prop("sku_code", "商家编码 商家skuid 外部系统编号 规格编码 商家编码-规格维度 skuid sku编码"),
    prop("category", "类目 商品类目 商品品类 类目名称"),
    money("price", "单价 商品单价 价格 商品价格 京东价"),
    prop("quantity", "商品数量 购买数量 数量 订购数量 宝贝总数量 成交数量 件数 商品件数", "number"),
    money("total_amount", "总金额 订单金额 订单总金额 商品总价 订单应付金额 应收订单金额 商品金额合计 应付金额"),
    money("shipping_fee", "邮费 运费 快递费 买家应付邮费 运费金额"),
    prop("payment_method", "支付方式 付款方式"),
    prop("closed_reason", "订单关闭原因 关闭原因 取消原因"),
    prop("shop", "店铺名称 归属店铺 门店名称 所属门店"),
    prop("shipped_at", "发货时间", "date"),
    prop("received_at_home", "确认收货时间 收货时间 签收时间", "date"),
    prop("finished_at", "交易成功时间 订单完成时间 交易完成时间", "date"),
    money("refund_amount", REFUND),
    column("refund", REFUND),
    column("refund_time", "退款成功时间 退款时间 退款完结时间"),
    column("refund_status", "售后状态 退款状态 订单商品退款状态 售后/退款状态"),
    column(
        "left_out",
        "收货地址 收货人地址 详细地址 街道 区 区县 收货人地区 收货人城区 买家支付宝账号 支付宝账号 "
        "买家留言 买家备注 用户备注 卖家备注 商家备注 "
        "订单备注 联系电话 收货人固话 固定电话 邮编 发票抬头 发票内容 身份证号 身份证姓名 修改后的收货地址 "
        "物流单号 运单号 "
        "快递单号 支付单号 支付流水号 支付详情 收货人详细地址 增票相关信息 清关姓名 清关身份证号",
    ),
)
REFUNDED = (
    "退款成功",
    "已退款",
    "全额退款",
    "已全额退款",
    "部分退款",
    "部分退款成功",
    "退货退款成功",
    "售后完成",
    "退款完成",
)


def order_fields(*own: object) -> tuple:
    """A platform's own columns come before those all have."""
    return (*own, *COMMON)
