"""Tickets of a till: one row a ticket, or one an article."""

from cdp.errors import N_

from .preset import Preset, column, identifier, money, prop, statuses

PRESET = Preset(
    slug="pos_tickets",
    name=N_("POS tickets"),
    channel="store",
    signs=(
        "小票号",
        "小票编号",
        "小票流水号",
        "收银员",
        "收银机",
        "收银机号",
        "pos机号",
        "款台",
        "款台号",
        "收银台",
        "交易流水号",
        "机号",
        "营业员",
        "导购员",
    ),
    fields=(
        identifier("member_no", "会员卡号 会员号 会员编号 vip卡号 卡号 会员卡"),
        identifier("phone", "会员手机 会员手机号 手机号 手机 顾客手机 会员电话"),
        column("time", "交易时间 销售时间 结账时间 收款时间 小票时间 消费时间 交易日期 销售日期 营业日期 时间"),
        column("status", "单据类型 交易类型 销售类型 小票类型 类型 业务类型"),
        column("key", "小票号 小票编号 小票流水号 交易流水号 流水号 单据号 单号 销售单号"),
        column("line", "行号 序号 明细行号 条码 商品条码 商品编码 货号"),
        prop("store", "门店 门店名称 店铺 店铺名称 分店 机构名称 专柜"),
        prop("store_code", "门店编码 门店编号 店号 机构编码"),
        prop("product", "商品名称 品名 商品"),
        prop("product_id", "商品编码 条码 商品条码 货号"),
        prop("category", "品类 类别 商品类别 大类 部类"),
        prop("quantity", "数量 销售数量 件数", "number"),
        money("price", "单价 售价 零售价 原价"),
        money("amount", "实收金额 实付金额 实收 销售金额 成交金额 应收金额 金额 小计"),
        money("discount", "折扣金额 优惠金额 让利金额"),
        prop("payment_method", "支付方式 付款方式 收款方式"),
        column("left_out", "收银员 营业员 导购员 收银员姓名 会员姓名"),
    ),
    statuses=statuses(
        purchase="销售 正常销售 销售单 零售 收款 正常 消费 s",
        refund="退货 退款 退货单 销售退货 退单 红冲 r",
        order_closed="作废 取消 挂单",
    ),
)
