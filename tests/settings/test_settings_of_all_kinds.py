"""Whatever people write: no traceback, and no problem without a remedy."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.errors import SettingsError
from adx_private_link.program import parse
from adx_private_link.settings import ROLES, Settings

from ..samples.building import OWNER, Given, cluster_id, subnet_id
from .test_sections import CONTRADICTIONS
from .test_settings import MODELS, WRONG

_words = st.sampled_from(
    [
        *(each for model in MODELS for each in model.model_fields),
        *ROLES,
        "elsewhere",
        "own",
        "myadx",
        "x.y",
        "",
        "[key]",
        "[x]",
    ]
)
_keys = _words | st.text(max_size=5) | st.integers()
_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([cluster_id("myadx"), subnet_id("analytics"), OWNER, "auto", "Default"])
)
anything = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4), max_leaves=15
)


def _mappings(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[Any, Any]]:
    """Mappings of a few such parts by key."""
    return st.dictionaries(_keys, st.fixed_dictionaries(dict[str, st.SearchStrategy[Any]](parts)), max_size=3)


nearly = st.fixed_dictionaries(
    dict[Any, st.SearchStrategy[Any]](
        clusters=_mappings(id=anything, services=anything) | anything,
        consumers=_mappings(dns=anything, subnet_id=anything) | anything,
        hand_overs=_mappings(inline=anything) | anything,
        external_consumers=_mappings(subscription=anything) | anything,
    )
)


def _check_told(given: Any) -> None:
    try:
        parse(given)
    except SettingsError as error:
        told = error
    else:
        return
    assert told.problems
    assert all(each.remedy and each.message and each.path for each in told.problems)
    assert str(told)


@given(st.dictionaries(_keys.filter(bool), anything, max_size=4) | nearly)
def test_whatever_is_written_is_settings_or_a_settings_error(given: dict[Any, Any]) -> None:
    """No traceback, and no problem without a remedy, for anything that YAML can hold."""
    _check_told(given)


@st.composite
def one_part_replaced(draw: st.DrawFn, starts: list[Given]) -> dict[str, Any]:
    """Settings with anything in one place, however deep."""

    def changed(part: Any) -> Any:
        if not isinstance(part, dict) or not part or draw(st.integers(0, 3)) == 0:
            return draw(anything)
        mapping = cast("dict[Any, Any]", part)
        key = draw(st.sampled_from(list(mapping)))
        return {**mapping, key: changed(mapping[key])}

    start = draw(st.sampled_from(starts))
    key = draw(st.sampled_from(list(Settings.model_fields)))
    return {**start, key: changed(start.get(key))}


@given(one_part_replaced([settings for settings, *_ in [*WRONG.values(), *CONTRADICTIONS.values()]]))
def test_the_same_with_one_setting_of_a_good_stack_replaced(given: dict[str, Any]) -> None:
    _check_told(given)
