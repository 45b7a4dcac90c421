"""The languages of what pages show. English text is the key; other languages are a table each.

``zh.json`` maps each English text of the frontend (``t("…")`` in ``js/src``) and of what Python
writes for a page (:func:`t`) to Simplified Chinese. What stands for ``{name}`` is put in after the
translation. Errors that Python raises for programmers are English.
"""

from __future__ import annotations

import difflib
import json
import re
from functools import lru_cache
from pathlib import Path

#: By their names, what ``Network(..., lang=)`` takes.
LANGUAGES = {"en": "English", "zh": "简体中文"}
_PLACE = re.compile(r"\{(\w+)\}")  # as in js/src/words.ts


def check(lang: object) -> str:
    """Return the name of a language, or say which there are.

    Raises
    ------
    ValueError
        For any other; near matches are named.

    Examples
    --------
    >>> check("zh")
    'zh'
    >>> check("zh-CN")
    Traceback (most recent call last):
    ValueError: lang must be 'en' (English) or 'zh' (简体中文), got 'zh-CN'; did you mean 'zh'?
    """
    if isinstance(lang, str) and lang in LANGUAGES:
        return lang
    known = " or ".join(f"{name!r} ({title})" for name, title in LANGUAGES.items())
    near = _near(lang) if isinstance(lang, str) else None
    hint = f"; did you mean {near!r}?" if near else ""
    raise ValueError(f"lang must be {known}, got {lang!r}{hint}")


@lru_cache
def table(lang: str) -> dict[str, str]:
    """Return what the page needs to speak a language: nothing for English."""
    if lang == "en":
        return {}
    path = Path(__file__).with_name(f"{lang}.json")
    read: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return read


def t(lang: str, text: str, **values: object) -> str:
    """Return a text in a language, with values in the places of their names.

    Parameters
    ----------
    lang
        ``"en"`` or ``"zh"``.
    text
        English, written out where this is called: a test reads the keys from the source.
    **values
        What stands for ``{name}``.

    Examples
    --------
    >>> t("en", "{n} epochs", n=3)
    '3 epochs'
    """
    said = table(lang).get(text, text)
    return _PLACE.sub(lambda m: str(values.get(m[1], m[0])), said) if values else said


def _near(lang: str) -> str | None:
    """``"zh"`` for zh-CN, zh_Hans, chinese and 中文; ``"en"`` for en-US and english."""
    low = lang.strip().lower()
    aliases = {"chinese": "zh", "中文": "zh", "简体中文": "zh", "cn": "zh", "english": "en"}
    if low[:2] in LANGUAGES:
        return low[:2]
    near = difflib.get_close_matches(low, [*aliases, *LANGUAGES], 1)
    return aliases.get(near[0], near[0]) if near else None


def key(text: str) -> str:
    """Mark a text that :func:`t` gets from elsewhere, so that the table has to have it."""
    return text


class Text(str):
    """English text that can still be said in another language: it knows what it is made of.

    Parameters
    ----------
    text : str
        With ``{name}`` where values stand.
    **values
        Other texts of this kind among them are translated, too.

    Examples
    --------
    >>> text = Text("{n} epochs", n=3)
    >>> text, text.key
    ('3 epochs', '{n} epochs')
    """

    key: str
    values: dict[str, object]

    def __new__(cls, text: str, **values: object) -> Text:
        """Make the English text."""
        made = super().__new__(cls, t("en", text, **values))
        made.key, made.values = text, values
        return made


def say(lang: str, text: object) -> str:
    """Return a text in a language: a :class:`Text` translated, any other as it is."""
    if not isinstance(text, Text):
        return str(text)
    values = {
        name: say(lang, value) if isinstance(value, Text) else value
        for name, value in text.values.items()
    }
    return t(lang, text.key, **values)
