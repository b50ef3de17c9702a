"""Groups people are put into, and the accounts that show the demo world to each kind of person."""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import QuerySet

# Group → what its people may do; the permissions are those of `Capability`.
GROUPS: dict[str, tuple[str, ...]] = {
    "marketer": ("edit_tags", "edit_segments", "export_customers"),
    "analyst": ("edit_tags", "edit_segments"),
    "steward": ("load_data", "merge_customers", "view_personal", "export_customers", "set_approvals"),
    "service": ("view_personal",),
}
DEMO_PASSWORD = "quanxi-demo"


@dataclass(frozen=True)
class DemoPerson:
    name: str
    group: str
    full_name: str
    is_for: str


DEMO_PEOPLE = (
    DemoPerson("admin", "", "管理员", "everything 全部"),
    DemoPerson("marketer", "marketer", "林悦", "tags, segments, personas 营销"),
    DemoPerson("analyst", "analyst", "周衡", "tags and segments, masked 分析"),
    DemoPerson("steward", "steward", "许清", "files and identities 数据管理"),
    DemoPerson("service", "service", "何安", "customers in clear 客服"),
)


@transaction.atomic
def groups_ensure() -> None:
    """Make the groups that are missing; a group that is there keeps what an administrator gave it."""
    for name, codenames in GROUPS.items():
        group, made = Group.objects.get_or_create(name=name)
        if made:
            group.permissions.set(
                Permission.objects.filter(content_type__app_label="access", codename__in=codenames)
            )


@transaction.atomic
def demo_accounts_create() -> list[User]:
    """One account for each kind of person, all with the demo password. Existing names are left alone."""
    groups_ensure()
    encoded = make_password(DEMO_PASSWORD)
    return [_demo_account(person, encoded) for person in DEMO_PEOPLE]


def _demo_account(person: DemoPerson, encoded: str) -> User:
    defaults = {
        "password": encoded,
        "is_staff": True,
        "is_superuser": not person.group,
        # Django would put a space into a Chinese name, and the family name last.
        "first_name": person.full_name,
    }
    user, made = User.objects.get_or_create(username=person.name, defaults=defaults)
    if made and person.group:
        user.groups.add(Group.objects.get(name=person.group))
    return user


def colleagues() -> QuerySet[User]:
    """Who may sign in, by name: those something can be given to."""
    return User.objects.filter(is_active=True, is_staff=True).order_by("username")


def demo_accounts_open() -> list[DemoPerson]:
    """Those whose password is still the demo one."""
    people = {person.name: person for person in DEMO_PEOPLE}
    users = User.objects.filter(username__in=people, is_active=True).values_list("username", "password")
    # They were made with one hash, which is slow to check by design: once for each different one.
    demo = {encoded: check_password(DEMO_PASSWORD, encoded) for encoded in {password for _name, password in users}}
    return [people[name] for name in people if demo.get(dict(users).get(name, ""), False)]
