"""The channels there are. One that is added is a module and a row here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .dingtalk import DINGTALK
from .feishu import FEISHU
from .robots import Robot
from .wecom import WECOM

MAIL = "mail"


@dataclass(frozen=True)
class Channel:
    """`robot`: of a group's chat; without, it reaches one person. `hosts` are where the platform's robots are,
    `signs` whether one may have a secret, `pause` the seconds between two messages."""

    title: str | Promise
    robot: Robot | None = None
    example: str = ""
    signs: bool = False
    pause: float = 0.0


CHANNELS = {
    MAIL: Channel(_("Mail")),
    "wecom": Channel(_("WeCom"), WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…", pause=3.0),
    "dingtalk": Channel(
        _("DingTalk"), DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=…", signs=True, pause=3.0
    ),
    "feishu": Channel(_("Feishu"), FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/…", signs=True, pause=1.0),
}
CHATS = {slug: channel for slug, channel in CHANNELS.items() if channel.robot}
