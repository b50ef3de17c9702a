"""`{% as_file "loads" _("Loads") %}<table>…</table>{% end_as_file %}`: a table with a link that takes it away.

The link is the page's own address, as it is narrowed, with the table's name; `page()` answers it with a workbook
(`cdp.access.table_files`). `of_customers`, as a third word, asks for the permission to export customers.
"""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.exceptions import TemplateSyntaxError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from cdp.access.table_files import ASKED
from cdp.access.viewer import may
from cdp.access.web import EXPORT, Drawn

register = template.Library()
LEFT_OUT = (ASKED, "page", "before", "after")


class AsFile(Node):
    child_nodelists = ("inside",)

    def __init__(self, name: FilterExpression, title: FilterExpression, customers: bool, inside: NodeList) -> None:
        self.name, self.title, self.customers, self.inside = name, title, customers, inside

    def render(self, context: Context) -> SafeString:
        html = self.inside.render(context)
        request = context.get("request")
        if not isinstance(request, HttpRequest) or (self.customers and not may(request.user, EXPORT)):
            return html
        name, title = _alone(request, str(self.name.resolve(context))), str(self.title.resolve(context))
        if request.GET.get(ASKED) == name:
            request.drawn = Drawn(html, title)  # type: ignore[attr-defined]
        link = format_html(
            '<p class="q-table-file"><a class="q-link q-small" href="{}" title="{}" aria-label="{}">{}</a></p>',
            _address(request, name),
            gettext("All rows of this table, as they are shown"),
            f"{gettext('Excel')}: {title}",
            gettext("Excel"),
        )
        return mark_safe(html + link)  # both are escaped where they are made


def _alone(request: Any, name: str) -> str:
    """Of several tables of one name on a page, the second is `name-2`."""
    seen: dict[str, int] = request.__dict__.setdefault("tables_drawn", {})
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}-{seen[name]}"


def _address(request: HttpRequest, name: str) -> str:
    asked = request.GET.copy()
    for key in LEFT_OUT:
        asked.pop(key, None)
    asked[ASKED] = name
    return f"{request.path}?{asked.urlencode()}"


@register.tag
def as_file(parser: Parser, token: Token) -> AsFile:
    words = token.split_contents()[1:]
    if len(words) not in (2, 3) or words[2:] not in ([], ["of_customers"]):
        raise TemplateSyntaxError('{% as_file "name" _("Title") [of_customers] %}')
    inside = parser.parse(("end_as_file",))
    parser.delete_first_token()
    return AsFile(parser.compile_filter(words[0]), parser.compile_filter(words[1]), bool(words[2:]), inside)
