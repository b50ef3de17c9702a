"""Followers of a WeChat official account, as the user interfaces and their tools write them."""

from cdp.errors import N_

from .preset import Preset, attribute, column, identifier

PRESET = Preset(
    slug="wechat_followers",
    name=N_("WeChat official account followers"),
    kind="customers",
    channel="wechat",
    signs=(
        "openid",
        "subscribe",
        "subscribe_time",
        "subscribe_scene",
        "关注时间",
        "关注来源",
        "是否关注",
        "关注状态",
        "headimgurl",
    ),
    fields=(
        identifier("wechat_unionid", "unionid union_id 微信unionid"),
        identifier("wechat_openid", "openid open_id 微信openid 用户openid"),
        identifier("phone", "手机号 手机 绑定手机号 mobile phone"),
        attribute("nickname", "nickname 昵称 粉丝昵称 微信昵称 用户昵称"),
        attribute("gender", "sex 性别 gender"),
        attribute("province", "province 省份 省"),
        attribute("city", "city 城市 市"),
        attribute("wechat_follows", "subscribe 是否关注 关注状态", "boolean"),
        attribute("followed_at", "subscribe_time 关注时间 首次关注时间", "date"),
        attribute("follow_scene", "subscribe_scene 关注来源 关注渠道 来源场景"),
        attribute("wechat_tags", "tagid_list 标签 用户标签 tags", "list"),
        column("left_out", "headimgurl 头像 remark 备注 备注名 qr_scene qr_scene_str language groupid"),
    ),
)
