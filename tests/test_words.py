"""Every visible text has its Chinese, and every Chinese a text that is shown somewhere."""

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

import nnwidgets as nnw
from nnwidgets import words
from tests.js_process import JS, find_node

PACKAGE = Path(nnw.__file__).parent
PLACE = re.compile(r"\{(\w+)\}")


def js_keys():
    done = subprocess.run([find_node(), "keys.mjs"], cwd=JS, capture_output=True, check=True)
    return json.loads(done.stdout)


def python_keys():
    """The texts given to words.t(lang, text) and marked by words.key(text), by file."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and ast.unparse(node.func)
            place = {"words.t": 1, "words.key": 0, "words.Text": 0}.get(called)
            if place is not None:
                for text in texts(node.args[place]):
                    found.setdefault(text, []).append(path.name)
    return found


def texts(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return [*texts(node.body), *texts(node.orelse)] if isinstance(node, ast.IfExp) else []


@pytest.fixture(scope="module")
def keys():
    return {**js_keys(), **python_keys()}


@pytest.fixture(scope="module")
def table():
    return words.table("zh")


def test_every_visible_text_has_its_chinese(keys, table):
    assert {text: files for text, files in keys.items() if text not in table} == {}


def test_every_entry_of_the_table_is_a_text_that_is_shown(keys, table):
    assert [text for text in table if text not in keys] == []


def test_a_translation_has_the_places_of_its_text(table):
    differ = {
        text: said
        for text, said in table.items()
        if sorted(PLACE.findall(text)) != sorted(PLACE.findall(said))
    }

    assert differ == {}


def test_a_translation_says_something_and_is_no_english(table):
    letters = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")

    assert [text for text, said in table.items() if not letters.search(said)] == []


def test_no_text_is_translated_twice():
    pairs = json.loads(
        (PACKAGE / "words" / "zh.json").read_text(encoding="utf-8"), object_pairs_hook=list
    )
    names = [name for name, _ in pairs]

    assert len(names) == len(set(names))


def test_a_page_gets_the_table_of_its_language_and_none_for_english():
    english = nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor())
    chinese = nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), lang="zh")

    assert english.lang == "en"
    assert english._words == {}
    assert chinese.lang == "zh"
    assert chinese._words["Training"] == "训练"


def test_a_view_hands_its_language_to_the_network_it_makes():
    view = nnw.DecisionLines(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), lang="zh")

    assert view.net.lang == "zh"
    assert nnw.XorSurface(lang="zh", steps=1).networks["relu"].lang == "zh"
    with pytest.raises(TypeError, match="lang can only be given with a module"):
        nnw.DecisionLines(view.net, lang="en")


@pytest.mark.parametrize(
    ("lang", "near"), [("zh-CN", "zh"), ("ZH", "zh"), ("chinese", "zh"), ("en_US", "en")]
)
def test_an_unknown_language_is_refused_with_what_there_is(lang, near):
    message = rf"lang must be 'en' \(English\) or 'zh' .*{lang}.*did you mean '{near}'"
    with pytest.raises(ValueError, match=message):
        nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), lang=lang)


@pytest.mark.parametrize("lang", ["klingon", "", None, 3])
def test_what_is_like_no_language_is_refused_without_a_guess(lang):
    with pytest.raises(ValueError, match=r"lang must be 'en' .*got (?!.*did you mean)"):
        nnw.Network(nnw.mlp([2, 2, 1]), nnw.datasets.xor(), lang=lang)


def test_values_are_put_in_as_they_are():
    assert words.t("en", "class {name} of {n}", name="{n}", n=2) == "class {n} of 2"


@pytest.mark.parametrize(
    ("lang", "hint"),
    [
        ("zh-CN", "zh"),
        ("zh_Hans", "zh"),
        ("EN-us", "en"),
        ("Chinese", "zh"),
        ("engl", "en"),
        ("中文", "zh"),
    ],
)
def test_a_language_by_another_name_is_refused_with_the_one_it_has_here(
    lang: str, hint: str
) -> None:
    with pytest.raises(ValueError, match=f"did you mean '{hint}'"):
        words.check(lang)


def test_a_language_that_is_not_there_is_refused_with_what_is() -> None:
    for lang in ("xx", "qqq", "", 3, None):
        with pytest.raises(ValueError, match=r"lang must be 'en' .* or 'zh'") as refused:
            words.check(lang)
        assert "did you mean" not in str(refused.value)
