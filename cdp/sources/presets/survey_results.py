"""Answers to surveys, as survey tools export them: columns about the answering, then one a question."""

from cdp.errors import N_

from .preset import Preset, attribute, column, identifier, prop

PRESET = Preset(
    slug="survey_results",
    name=N_("Survey results"),
    channel="other",
    event="answer_survey",
    signs=(
        "提交答卷时间",
        "所用时间",
        "来源详情",
        "来自ip",
        "答题序号",
        "答卷编号",
        "答题时长",
        "开始答题时间",
        "结束答题时间",
        "提交时间",
        "总分",
        "清洗数据结果",
    ),
    fields=(
        identifier(
            "phone",
            "手机号 手机号码 您的手机号 您的手机号码 联系方式 您的联系方式 联系电话 1、您的手机号 "
            "1、您的手机号码 您的手机号码是",
        ),
        identifier("email", "邮箱 您的邮箱 您的电子邮箱"),
        identifier("member_no", "会员号 您的会员号 会员卡号"),
        identifier("wechat_openid", "openid 微信openid 自定义字段 自定义参数"),
        attribute("name", "姓名 您的姓名"),
        column("time", "提交答卷时间 提交时间 结束答题时间 答题时间 完成时间 填写时间"),
        prop("answer_seconds", "所用时间 答题时长 答题用时 用时"),
        prop("survey_source", "来源 来源渠道 渠道"),
        prop("score", "总分 得分", "number"),
        column("left_out", "来源详情 来自ip ip ip地址 ua 昵称 地理位置 序号 答题序号 答卷编号 编号"),
    ),
)
