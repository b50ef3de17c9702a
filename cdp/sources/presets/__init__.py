"""Exports people really have, one module each: how their columns are called and what their words mean."""

from . import (
    crm_contacts,
    douyin_orders,
    jd_orders,
    kuaishou_orders,
    membership_cards,
    panel_profiles,
    pdd_orders,
    pos_tickets,
    survey_results,
    tmall_orders,
    wechat_followers,
    wecom_contacts,
    youzan_orders,
)
from .preset import Preset

PRESETS: dict[str, Preset] = {
    module.PRESET.slug: module.PRESET
    for module in (
        tmall_orders,
        jd_orders,
        pdd_orders,
        douyin_orders,
        youzan_orders,
        kuaishou_orders,
        wechat_followers,
        wecom_contacts,
        pos_tickets,
        membership_cards,
        crm_contacts,
        survey_results,
        panel_profiles,
    )
}

__all__ = ["PRESETS", "Preset"]
