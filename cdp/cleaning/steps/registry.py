"""The table of steps: the form, the parser, the preview and the words all come from its rows."""

from cdp.errors import N_

from . import kinds, texts
from .step import Param, StepKind, each

_OTHERWISE = Param(
    "otherwise",
    N_("otherwise"),
    "choice",
    (("keep", N_("keep the text")), ("empty", N_("leave empty")), ("refuse", N_("refuse the row"))),
    default="keep",
)

STEPS: dict[str, StepKind] = {
    step.name: step
    for step in (
        StepKind("trim", N_("Trim"), N_("White space at both ends goes, the full-width kind too"), texts.trim),
        StepKind("nfkc", N_("Full-width to half-width"), N_("ＡＢＣ１２３ → ABC123 (NFKC)"), texts.nfkc),
        StepKind(
            "case",
            N_("Upper and lower case"),
            N_("All letters in one case"),
            texts.case,
            (
                Param(
                    "to",
                    N_("to"),
                    "choice",
                    (("lower", N_("lower case")), ("upper", N_("upper case")), ("title", N_("Title Case"))),
                    default="lower",
                ),
            ),
        ),
        StepKind("emoji", N_("Remove emoji"), N_("Pictures and their joiners go, text stays"), texts.emoji),
        StepKind(
            "values",
            N_("Meanings of values"),
            N_("Each listed value becomes what it means"),
            texts.values,
            (Param("values", N_("value = meaning"), "pairs", required=True, example="1 = 金卡"), _OTHERWISE),
        ),
        StepKind(
            "split",
            N_("Split"),
            N_("Take one part of a text, or all parts as a list"),
            texts.split,
            (
                Param("by", N_("separator"), required=True, example="/"),
                Param("take", N_("part number"), "whole", example="1"),
            ),
        ),
        StepKind(
            "regex",
            N_("Regular expression"),
            N_("Take what matches, or replace it (RE2)"),
            texts.regex,
            (
                Param("pattern", N_("pattern"), required=True, example=r"(\d{6})"),
                Param("replace", N_("replace with"), example=r"\1"),
                Param("otherwise", N_("without a match"), "choice", _OTHERWISE.choices, default="empty"),
            ),
            texts.regex_wrong,
        ),
        StepKind(
            "default",
            N_("Default"),
            N_("What an empty cell means"),
            texts.default,
            (Param("value", N_("value"), required=True),),
        ),
        StepKind("phone", N_("Phone"), N_("→ +8613800138000"), kinds.kind("phone"), personal=True),
        StepKind("email", N_("E-mail"), N_("→ name@example.com"), kinds.kind("email"), personal=True),
        StepKind(
            "date",
            N_("Date"),
            N_("Read in the forms given, in their order; without any, in the usual ones"),
            each(kinds.date_read),
            (Param("formats", N_("forms"), "texts", example="DD/MM/YYYY"),),
            kinds.formats_wrong,
        ),
        StepKind(
            "money",
            N_("Money"),
            N_("¥1,234.5 or 1.2万元 → 1234.50; times 0.01 for amounts in 分"),
            each(kinds.money),
            (Param("times", N_("times"), "number", default=1),),
        ),
        StepKind(
            "region",
            N_("Region of an address"),
            N_("The province, city or district an address begins with, by its GB/T 2260 name"),
            each(kinds.region),
            (
                Param(
                    "part",
                    N_("take"),
                    "choice",
                    (("province", N_("province")), ("city", N_("city")), ("district", N_("district"))),
                    default="city",
                ),
            ),
        ),
        StepKind("age", N_("Age of a birthday"), N_("Whole years on the day of the load"), each(kinds.age)),
        StepKind(
            "birth_years",
            N_("Birth years of an age"),
            N_("36 or 26-35 → the years of birth, on the day of the load"),
            each(kinds.birth_years),
        ),
        StepKind(
            "id_card",
            N_("Identity card"),
            N_("Checks the number (18 or 15 digits) and takes what it says"),
            each(kinds.id_card),
            (
                Param(
                    "part",
                    N_("take"),
                    "choice",
                    (
                        ("birthday", N_("birthday")),
                        ("gender", N_("gender")),
                        ("province", N_("province")),
                        ("number", N_("number")),
                    ),
                    default="number",
                ),
            ),
            personal=True,
        ),
        StepKind(
            "person_name",
            N_("Name of a person"),
            N_("张 三 → 张三; titles such as 先生 or Ms. go"),
            each(kinds.person_name),
            personal=True,
        ),
    )
}
