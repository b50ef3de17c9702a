"""What people may do, as Django permissions; no rows are kept here yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Capability(models.Model):
    """Holds the product's permissions; groups (marketer, analyst, steward, …) are given them."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (
            ("view_personal", _("see phones, e-mails and names in clear")),
            ("load_data", _("load files and undo loads")),
            ("merge_customers", _("merge customers and part them again")),
            ("edit_tags", _("make and change tags")),
            ("edit_segments", _("make and change segments")),
            ("export_customers", _("download customers")),
        )
