"""Contacts and leads of a customer relationship system."""

from cdp.errors import N_

from .preset import Preset, attribute, column, identifier

PRESET = Preset(
    slug="crm_contacts",
    name=N_("CRM contacts"),
    kind="customers",
    channel="other",
    signs=(
        "客户来源",
        "线索来源",
        "跟进人",
        "负责人",
        "跟进状态",
        "最近跟进时间",
        "最后跟进时间",
        "下次跟进时间",
        "联系人姓名",
        "联系人",
        "客户级别",
        "所属行业",
        "公海",
    ),
    fields=(
        identifier("phone", "手机 手机号 手机号码 联系人手机 联系电话 移动电话 电话"),
        identifier("email", "邮箱 电子邮箱 电子邮件 email"),
        identifier("crm_id", "客户编号 客户id 线索id 线索编号 联系人id"),
        attribute("name", "联系人姓名 联系人 姓名"),
        attribute("company", "客户名称 公司名称 公司 企业名称 单位名称"),
        attribute("job_title", "职位 职务"),
        attribute("gender", "性别 称谓"),
        attribute("birthday", "生日", "date"),
        attribute("industry", "所属行业 行业 客户行业"),
        attribute("lead_source", "客户来源 线索来源 来源 来源渠道"),
        attribute("crm_level", "客户级别 客户等级 客户分级"),
        attribute("crm_stage", "跟进状态 客户状态 销售阶段 线索状态 成交状态"),
        attribute("crm_owner", "负责人 跟进人 所属销售 客户经理 销售负责人"),
        attribute("registered_at", "创建时间 创建日期 录入时间", "date"),
        attribute("contacted_at", "最近跟进时间 最后跟进时间 最近跟进 上次跟进时间", "date"),
        attribute("province", "省份 省 所在地区 地区 地址 详细地址 公司地址"),
        attribute("city", "城市 市"),
        column("left_out", "备注 描述 微信 微信号 qq 传真 地址 详细地址 创建人 最近跟进记录"),
    ),
)
