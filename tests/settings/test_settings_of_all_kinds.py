"""Random settings: they cause no traceback and no problem without a remedy."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.errors import SettingsError
from adx_private_link.program import parse
from adx_private_link.settings import ROLES, Settings

from ..samples.building import OWNER, WrittenSettings, cluster_id, subnet_id
from .test_contradictions import CONTRADICTIONS
from .test_invalid_settings import INVALID
from .test_settings import MODELS

_words = st.sampled_from(
    [
        *(field for model in MODELS for field in model.model_fields),
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
    """Mappings of keys to a few such parts."""
    return st.dictionaries(_keys, st.fixed_dictionaries(dict[str, st.SearchStrategy[Any]](parts)), max_size=3)


nearly = st.fixed_dictionaries(
    dict[Any, st.SearchStrategy[Any]](
        clusters=_mappings(id=anything, services=anything) | anything,
        consumers=_mappings(dns=anything, subnet_id=anything) | anything,
        hand_overs=_mappings(inline=anything) | anything,
        external_consumers=_mappings(subscription=anything) | anything,
    )
)


def _check_problems(settings: Any) -> None:
    try:
        parse(settings)
    except SettingsError as error:
        settings_error = error
    else:
        return
    assert settings_error.problems
    assert all(problem.remedy and problem.message and problem.path for problem in settings_error.problems)
    assert str(settings_error)


@given(st.dictionaries(_keys.filter(bool), anything, max_size=4) | nearly)
def test_any_input_is_settings_or_a_settings_error(settings: dict[Any, Any]) -> None:
    """People may write anything that YAML can express."""
    _check_problems(settings)


@st.composite
def replace_one_part(draw: st.DrawFn, starts: list[WrittenSettings]) -> dict[str, Any]:
    """Settings with any value at one path."""

    def replace_part(part: Any) -> Any:
        if not isinstance(part, dict) or not part or draw(st.integers(0, 3)) == 0:
            return draw(anything)
        mapping = cast("dict[Any, Any]", part)
        key = draw(st.sampled_from(list(mapping)))
        return {**mapping, key: replace_part(mapping[key])}

    start = draw(st.sampled_from(starts))
    key = draw(st.sampled_from(list(Settings.model_fields)))
    return {**start, key: replace_part(start.get(key))}


@given(replace_one_part([settings for settings, *_ in [*INVALID.values(), *CONTRADICTIONS.values()]]))
def test_settings_with_one_replaced_part_are_settings_or_a_settings_error(settings: dict[str, Any]) -> None:
    _check_problems(settings)
