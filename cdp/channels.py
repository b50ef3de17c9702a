"""Where customers meet the brand. The slugs are what the data says; the names are for people."""

from django.utils.translation import gettext_lazy as _

CHANNELS = [
    ("app", _("App")),
    ("web", _("Web shop")),
    ("tmall", _("Tmall")),
    ("jd", _("JD")),
    ("wechat", _("WeChat")),
    ("douyin", _("Douyin")),
    ("pdd", _("Pinduoduo")),
    ("kuaishou", _("Kuaishou")),
    ("store", _("Store")),
    ("other", _("Other")),
]
