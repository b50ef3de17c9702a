"""Identifiers on the block list are left out of a file's rows; a row that has no other is refused."""

from typing import TYPE_CHECKING, Any

from cdp.errors import N_, Problem
from cdp.identity.services import blocked_sql

if TYPE_CHECKING:
    from .staging import Staged

ONLY_BLOCKED = Problem(
    (),
    N_("The only identifiers of this row are on the block list: a test number, a shop's phone or a placeholder"),
    N_("Fill in an identifier of the customer's own, or take the value off the list of blocked identifiers"),
)


def blocked_leave_out(connection: Any, staged: "Staged") -> None:
    targets = staged.plan.of("identifier")
    for target in targets:
        blocked = blocked_sql(target.slug, target.out)
        number = _count(connection, f"NOT refused AND ({blocked})") if blocked else 0
        if number:
            staged.blocked[target.slug] = staged.blocked.get(target.slug, 0) + number
            connection.execute(f"UPDATE clean SET {target.out} = NULL WHERE {blocked}").fetchall()
    if staged.blocked:
        nothing = " AND ".join(f"{target.out} IS NULL" for target in targets)
        reason = staged.number(ONLY_BLOCKED)
        connection.execute(
            f"UPDATE clean SET refused = true, customer_reason = {reason} WHERE NOT refused AND {nothing}"
        ).fetchall()


def _count(connection: Any, where: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM clean WHERE {where}").fetchall()[0][0])
