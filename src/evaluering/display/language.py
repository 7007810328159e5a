"""Is the Norwegian fit for a council? Forbidden words, readability (LIX), length of sentences.

Used by the tests on the visible text of every finished page and on the prose of every notebook. It
judges words only; whether a number is right is judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from evaluering.model import Verdict

MAX_LIX: Final = 45
MAX_WORDS: Final = 30
MAX_MEAN_WORDS: Final = 20
_LONG_WORD: Final = 6

# Pattern → why it is never in the report.
FORBIDDEN: Final[dict[str, str]] = {
    r"signifikan\w*|p-verdi\w*|konfidensintervall\w*": "leses som «viktig»",
    r"effekt av|(?<!kan )skyldes|før(te|er) til|takket være|virket|beviser": "sier årsak",
    r"ingen endring|uendret": "fravær av bevis er ikke bevis",
    r"trend(en|er|ene)?|eksplosjon\w*|dramatisk\w*|kraftig\w*": "farger tallet",
    r"sannsynligvis|antakelig": "en sannsynlighet ingen har regnet ut",
    r"\+\d+\s*%": "prosentvis endring av små tall",
    r"forholdstall\w*": "«forhold» er noe annet her",
    r"best|verst|nummer \d+|rangering\w*|rangert": "rangerer støy",
    r"versting\w*|gjengangere?n?e?|kriminell ungdom|klient\w*|risikoungdom\w*": "setter merkelapp",
    r"rødt?|grønt?|pil opp|pil ned": "farge og retning er ikke en vurdering",
}
# Words that belong to one verdict and to nothing else.
OF_A_VERDICT: Final[dict[str, Verdict]] = {
    r"stabilt?": Verdict.STABLE,
    r"trolig": Verdict.PROBABLE,
}

_SENTENCE_END: Final = re.compile(r"(?<=[.!?:])\s+|\n+")
_SAID_TOGETHER: Final = re.compile(r"(?<=[.!?])\s+|\n+")  # a sentence, a table row, a caption
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d+")


def forbidden_words(text: str, *, verdicts: Collection[Verdict] = ()) -> list[str]:
    """Every forbidden word found, with the reason.

    Args:
        text: Visible text, sentences or captions apart by line breaks.
        verdicts: The verdicts that stand on the page: «trolig» and «stabil» need theirs.
    """
    found = [
        f"«{match.group(0)}»: {reason}"
        for pattern, reason in FORBIDDEN.items()
        for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE)
    ]
    found += [
        f"«{match.group(0)}»: hører bare til {verdict.value}"
        for pattern, verdict in OF_A_VERDICT.items()
        if verdict not in verdicts
        for match in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE)
    ]
    found += [
        f"«{sentence.strip()}»: ingen under 15 kan være siktet"
        for sentence in _SAID_TOGETHER.split(text)
        if re.search(r"\bsikte(t|de)\b", sentence, re.IGNORECASE)
        and re.search(r"under\s15", sentence, re.IGNORECASE)
    ]
    return found


def sentences_of(text: str) -> list[str]:
    """The sentences of a text; a colon and a line break end one too, as in lists."""
    return [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]


def words_of(text: str) -> list[str]:
    """The words of a text; a number counts as one."""
    return _WORD.findall(text)


def long_sentences(text: str, *, most: int = MAX_WORDS) -> list[str]:
    """Sentences of more than `most` words."""
    return [sentence for sentence in sentences_of(text) if len(words_of(sentence)) > most]


def mean_sentence(text: str) -> float:
    """Words per sentence on average; 0 for an empty text."""
    sentences = sentences_of(text)
    return len(words_of(text)) / len(sentences) if sentences else 0.0


def lix(text: str) -> float:
    """Björnsson's readability index: words per sentence + per cent of words over six letters.

    Under 25 very easy, 25–34 easy, 35–44 ordinary, 45–54 hard. 0 for an empty text.

    References:
        Björnsson (1968), Läsbarhet.
    """
    words = words_of(text)
    if not words:
        return 0.0
    long = sum(len(word) > _LONG_WORD for word in words)
    return mean_sentence(text) + 100 * long / len(words)
