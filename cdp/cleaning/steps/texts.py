"""Steps about how a text is written, as Arrow's own operations over all texts at once."""

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cdp.cleaning.text import MISSING
from cdp.errors import N_, Problem

from .step import Context, Result

NOT_LISTED = Problem(
    (), N_("This value is not in the list of meanings"), N_("Add it to the step, or correct the cell")
)
NO_MATCH = Problem((), N_("The pattern does not fit this text"), N_("Correct the cell, or the pattern of the step"))
_CASES = {"lower": pc.utf8_lower, "upper": pc.utf8_upper, "title": pc.utf8_title}
EMOJI = (
    r"[\x{1F000}-\x{1FAFF}\x{FE00}-\x{FE0F}\x{200D}\x{20E3}\x{E0020}-\x{E007F}\x{231A}\x{231B}\x{2328}\x{23CF}"
    r"\x{23E9}-\x{23F3}\x{23F8}-\x{23FA}\x{2600}-\x{2604}\x{260E}\x{2611}\x{2614}\x{2615}\x{2618}\x{261D}\x{2620}"
    r"\x{2622}\x{2623}\x{2626}\x{262A}\x{262E}\x{262F}\x{2638}-\x{263A}\x{2648}-\x{2653}\x{265F}\x{2660}\x{2663}"
    r"\x{2665}\x{2666}\x{2668}\x{267B}\x{267E}\x{267F}\x{2692}-\x{2697}\x{2699}\x{269B}\x{269C}\x{26A0}\x{26A1}"
    r"\x{26A7}\x{26AA}\x{26AB}\x{26B0}\x{26B1}\x{26BD}\x{26BE}\x{26C4}\x{26C5}\x{26C8}\x{26CE}\x{26CF}\x{26D1}"
    r"\x{26D3}\x{26D4}\x{26E9}\x{26EA}\x{26F0}-\x{26F5}\x{26F7}-\x{26FA}\x{26FD}\x{2702}\x{2705}\x{2708}-\x{270D}"
    r"\x{270F}\x{2712}\x{2728}\x{2733}\x{2734}\x{2744}\x{2747}\x{274C}\x{274E}\x{2753}-\x{2755}\x{2757}\x{2763}"
    r"\x{2764}\x{2795}-\x{2797}\x{27B0}\x{27BF}\x{2934}\x{2935}\x{2B05}-\x{2B07}\x{2B1B}\x{2B1C}\x{2B50}\x{2B55}]+"
)


def nothing_as_null(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def trim(texts: pa.Array, params: Mapping[str, Any], context: Context) -> Result:
    """White space at both ends, the full-width and the invisible kinds too."""
    visible = pc.replace_substring_regex(texts, r"^[\p{Z}\p{Cf}\s]+|[\p{Z}\p{Cf}\s]+$", "")
    return Result(visible)


def nfkc(texts: pa.Array, params: Mapping[str, Any], context: Context) -> Result:
    return Result(pc.utf8_normalize(texts, "NFKC"))


def case(texts: pa.Array, params: Mapping[str, Any], context: Context) -> Result:
    return Result(_CASES[params["to"]](texts))


def emoji(texts: pa.Array, params: Mapping[str, Any], context: Context) -> Result:
    return Result(pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, EMOJI, "")))


def values(texts: pa.Array, params: Mapping[str, Any], context: Context) -> Result:
    """Each text that is listed becomes what it means; `otherwise` is for the others: keep, empty or refuse."""
    meanings = params["values"]
    places = pc.index_in(texts, pa.array(list(meanings), pa.string()))
    listed = pc.and_(pc.is_valid(places), pc.is_valid(texts))
    meant = pa.array([None if m in (None, "") else str(m) for m in meanings.values()], pa.string()).take(places)
    others = texts if params["otherwise"] == "keep" else pa.nulls(len(texts), pa.string())
    found = pc.if_else(listed, meant, others)
    if params["otherwise"] != "refuse":
        return Result(found)
    return Result(found, _at(pc.and_(pc.invert(listed), pc.is_valid(texts)), NOT_LISTED))


def default(texts: pa.Array, params: Mapping[str, Any], context: Context) -> Result:
    """What stands for an empty cell, and for the words people write for nothing."""
    bare = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    empty = pc.or_kleene(pc.is_null(texts), pc.is_in(bare, pa.array(sorted(MISSING), pa.string())))
    return Result(pc.if_else(empty, pa.scalar(params["value"], pa.string()), texts))


def split(texts: pa.Array, params: Mapping[str, Any], context: Context) -> Result:
    """The nth part, counted from 1 or, below 0, from the end; without `take` all parts, as a list."""
    parts = pc.split_pattern(texts, params["by"])
    words = pc.utf8_trim_whitespace(parts.values)
    lengths = pc.fill_null(pc.list_value_length(parts), 0).to_numpy(zero_copy_only=False)
    starts = parts.offsets.to_numpy()[:-1]
    if (take := params.get("take")) is None:
        lists = pa.ListArray.from_arrays(parts.offsets, words).to_pylist()
        return Result(pa.array([_list_json(words) for words in lists], pa.string()))
    place = take - 1 if take > 0 else lengths + take
    there = (place >= 0) & (place < lengths)
    indices = pa.array(np.where(there, starts + place, 0), mask=~there)
    return Result(words.take(indices) if len(words) else pa.nulls(len(texts), pa.string()))


def _list_json(words: list[str] | None) -> str | None:
    return json.dumps([word for word in words if word], ensure_ascii=False) if words else None


def regex(texts: pa.Array, params: Mapping[str, Any], context: Context) -> Result:
    """With `replace`, every match is replaced (\\1 is the first group); without, the first group or the whole
    match is taken, and `otherwise` is for texts without one."""
    pattern = params["pattern"]
    if params.get("replace") is not None:
        return Result(pc.replace_substring_regex(texts, pattern, params["replace"]))
    found = pc.struct_field(pc.extract_regex(texts, _named(pattern)), [0])
    missed = pc.and_(pc.is_valid(texts), pc.invert(pc.match_substring_regex(texts, pattern)))
    if params["otherwise"] == "keep":
        found = pc.if_else(missed, texts, found)
    return Result(found, _at(missed, NO_MATCH) if params["otherwise"] == "refuse" else {})


def regex_wrong(params: Mapping[str, Any]) -> Problem | None:
    probe = pa.array(["x"], pa.string())
    try:
        regex(probe, {"otherwise": "empty", **params}, None)  # type: ignore[arg-type]
    except pa.ArrowInvalid:
        return Problem(
            ("pattern",),
            N_("This is not a regular expression"),
            N_("Check brackets and backslashes; look-ahead and back references are not possible"),
        )
    return None


def _named(pattern: str) -> str:
    """Arrow takes named groups only: number the others, and make one of the whole where there is none."""
    number = iter(range(len(pattern)))
    named = re.sub(
        r"\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)",
        lambda found: f"(?P<g{next(number)}>" if found[0] == "(" else found[0],
        pattern,
    )
    return named if "(?P<" in named else f"(?P<g0>{pattern})"


def _at(where: pa.Array, problem: Problem) -> dict[int, Problem]:
    marks = pc.fill_null(where, False).to_numpy(zero_copy_only=False)
    return dict.fromkeys(np.flatnonzero(marks).tolist(), problem)
