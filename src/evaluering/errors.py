"""Every refusal in Norwegian, and the sentences behind the refusal codes of `statistics`.

A refusal says what is wrong, where, and how to mend it. It never repeats a value that may belong
to a person.
"""

from __future__ import annotations


class EvalueringError(Exception):
    """Input that cannot be used, said so that a coordinator can mend it.

    Args:
        what: What is wrong, one Norwegian sentence.
        where: The place: file, sheet and cell, key, or argument.
        remedy: What to do, one Norwegian sentence in the imperative.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what, where, remedy)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  Gjør slik: {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


# Code -> the sentence a council member reads. `{...}` is filled by `explain`.
REFUSALS: dict[str, str] = {
    "few_clusters": (
        "Det er bare {G} skoler. Da kan ingen test skille en endring fra tilfeldig variasjon "
        "mellom skoler. Vi viser tallene, men trekker ingen konklusjon."
    ),
    "dominated": ("Noen få store skoler avgjør resultatet. Vi bruker derfor en strengere test."),
    "few_pairs": "Tallene for {a} og {b} kan ikke sammenlignes direkte, fordi {grunn}.",
    "unsupported_design": (
        "Denne utregningen passer ikke til hvordan undersøkelsen er laget. Vi viser tallene, men "
        "tester ikke endringen."
    ),
    "no_variation": "Alle svarte likt. Da kan usikkerheten ikke regnes ut.",
    "no_n": (
        "Vi vet ikke hvor mange som svarte. Regner vi forsiktig, er endringen større enn tilfeldig "
        "variasjon bare hvis minst {n} elever svarte hvert år."
    ),
    "not_comparable": "Tallene for {a} og {b} kan ikke sammenlignes direkte, fordi {grunn}.",
    "few_points": (
        "Det er bare {n} målepunkter. Det er for få til å regne ut grenser. Vi viser punktene uten "
        "grenser."
    ),
    "few_periods": (
        "Det er for få målepunkter før og etter {dato} til å si om utviklingen endret seg da."
    ),
    "few_comparators": (
        "Med {J} kommuner å sammenligne med kan vi vise hvor {kommune} ligger, men ikke om "
        "forskjellen er mer enn tilfeldig."
    ),
    "no_persons": (
        "Vi vet ikke hvor mange unge som står bak forholdene. Da kan vi ikke si om endringen er "
        "mer enn tilfeldig."
    ),
    "no_spread": (
        "Vi vet ikke hvordan forholdene er fordelt på de unge. Da kan vi ikke si om endringen er "
        "mer enn tilfeldig."
    ),
    "few_persons": "Tallene er for små til å vurdere endringen.",
    "few_cases": (
        "Det er {n} saker med samtykke og oppfølging. Måloppnåelse vises samlet først ved 10 saker."
    ),
    "few_ratings": ("Det er for få målinger til å si noe om utviklingen ut over å vise dem."),
    "impossible": (
        "{A} og {B} kan ikke begge stemme: {forklaring}. Se etter i ark {ark}, celle {celle}."
    ),
    "needs_rows": "Usikkerheten kan bare regnes ut av rader om hver person, og de er ikke levert.",
    "preliminary_limits": "Grensene er foreløpige, for det er færre enn 20 målepunkter.",
    "no_overdispersion": (
        "Tallene varierer ikke mer enn tilfeldig. Vi bruker derfor den enkle modellen."
    ),
    "srs": "Utvalget er regnet som tilfeldig trukket, for skolene er ikke kjent.",
    "full_count": "Alle svarte. Da er det ingen usikkerhet om dem som svarte.",
    "contains_own": "Stedet vi sammenligner med, har også vår kommune i seg.",
    "not_controlled": (
        "Tallene er ikke kontrollert for personvern ennå, og vises derfor bare internt."
    ),
}


def explain(code: str, **values: object) -> str:
    """The Norwegian sentence of a refusal code.

    Args:
        code: A code from a `refusal` or `note` column.
        **values: What the sentence needs, for example `G=5`.

    Raises:
        EvalueringError: The code is unknown, or a value the sentence needs is missing.
    """
    if code not in REFUSALS:
        raise EvalueringError(f"Koden «{code}» er ukjent.", where="explain")
    try:
        return REFUSALS[code].format(**values)
    except KeyError as missing:
        raise EvalueringError(f"Setningen for «{code}» mangler {missing}.", "explain") from missing
