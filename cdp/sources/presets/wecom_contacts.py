"""Customers colleagues added in WeCom, from its customer contact export or interface."""

from cdp.errors import N_

from .preset import Preset, attribute, column, identifier

PRESET = Preset(
    slug="wecom_contacts",
    name=N_("WeCom customer contacts"),
    kind="customers",
    channel="wechat",
    signs=(
        "external_userid",
        "外部联系人id",
        "添加人",
        "添加人账号",
        "添加人帐号",
        "所属员工",
        "添加员工",
        "企业标签",
        "添加渠道",
        "添加方式",
        "follow_user",
    ),
    fields=(
        identifier("wechat_unionid", "unionid 微信unionid"),
        identifier("wecom_user", "external_userid 外部联系人id 客户userid 外部联系人userid"),
        identifier("phone", "手机 手机号 手机号码 电话 联系电话 备注手机号 remark_mobiles"),
        identifier("email", "邮箱 电子邮箱"),
        attribute("nickname", "客户昵称 客户名称 昵称 微信昵称 name 客户"),
        attribute("gender", "性别 gender"),
        attribute("company", "企业 公司 备注企业 所属企业 企业名称 corp_name"),
        attribute("wecom_owner", "添加人 所属员工 添加员工 跟进人 所属成员 所属客服 userid"),
        attribute("added_at", "添加时间 添加日期 createtime add_time", "date"),
        attribute("added_through", "来源 添加渠道 添加方式 渠道 add_way"),
        attribute("wecom_tags", "企业标签 标签 客户标签 标签组 tags", "list"),
        attribute("wecom_stage", "客户阶段 跟进状态 客户状态"),
        column(
            "left_out",
            "备注 备注名 描述 头像 avatar 添加人账号 添加人帐号 添加人所属部门 地址 个人标签 remark description",
        ),
    ),
)
