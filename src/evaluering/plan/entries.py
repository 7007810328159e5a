"""The nouns of an action plan, as its YAML file writes them. Frozen; the keys are the names here.

Nothing is computed. Text the plan does not give is an empty string, a number it does not give is
None: never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass

NOT_STATED = "Ikke oppgitt i planen"


@dataclass(frozen=True, slots=True)
class Quote:
    """The plan's own words, with the chapter they stand in."""

    kapittel: str
    sitat: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What the plan says about the development (2.1); `gjelder`: indicator and question ids."""

    id: str
    sitat: str
    gjelder: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A level of prevention (2.2); `behandles`: `hele`, `delvis` or `nei`."""

    id: str
    navn: str
    behandles: str
    sitat: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A heading the measures stand under (3.1–3.3)."""

    id: str
    navn: str
    kapittel: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who takes part; `slag`: `aktoer` (the list in 2.3), `tjeneste` or `rolle`."""

    id: str
    navn: str
    slag: str
    kapittel: str


@dataclass(frozen=True, slots=True)
class Service:
    """A code of the workbook's list of services; `aktoer` is an actor's id or empty."""

    id: str
    navn: str
    aktoer: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A measure's expected near effect, and the words of the plan that carry the link.

    Attributes:
        id: An indicator or a survey question.
        slag: `uttalt` when the plan says the measure is to change it, `tema` when the plan only
            names the same subject.
        sitat: The plan's words.
    """

    id: str
    slag: str
    sitat: str


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a measure."""

    id: str
    navn: str
    maalgruppe: str = ""
    aktivitet: str = ""
    virkning: str = ""
    oppstart: str = ""
    varighet: str = ""
    aktoerer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tiltak:
    """A measure (3.1–3.3): whom, what, what it should lead to, and on what condition."""

    id: str
    navn: str
    gruppe: str
    maalgruppe: str = ""
    aktivitet: str = ""
    virkning: str = ""
    naer_virkning: tuple[Link, ...] = ()
    forutsetning: str = ""
    frekvens: str = ""
    oppstart: str = ""
    aktoerer: tuple[str, ...] = ()
    deler: tuple[Part, ...] = ()
    sitat: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A group of priorities (4.1)."""

    id: str
    navn: str


@dataclass(frozen=True, slots=True)
class Priority:
    """A prioritised action (4.1); `tiltak`: the measures its words name."""

    id: str
    omraade: str
    kort: str
    navn: str
    tiltak: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotPrioritised:
    """An area nobody has had room for (3.4); `krever`: reported codes of what it would take."""

    id: str
    navn: str
    krever: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """The one number of an indicator: the sum of `felter` in a sheet, over `nevner` if any."""

    ark: str
    felter: tuple[str, ...]
    navn: str
    enhet: str
    nevner: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition card of an indicator. Empty: the plan does not say."""

    hva: str
    enhet: str
    bosted: str
    alder: str
    kilde: str
    brudd: str
    merknad: str = ""

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Label and text of each line, with `NOT_STATED` where the plan says nothing."""
        lines = (
            ("Hva", self.hva),
            ("Enhet", self.enhet),
            ("Bosted eller gjerningssted", self.bosted),
            ("Alder da det skjedde", self.alder),
            ("Kilde", self.kilde),
            ("Brudd i tallserien", self.brudd),
        )
        filled = tuple((label, text or NOT_STATED) for label, text in lines)
        return (*filled, ("Merknad", self.merknad)) if self.merknad else filled


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the plan's indicators (4.2)."""

    id: str
    nr: int
    navn: str
    hovedtall: Headline
    definisjon: Definition


@dataclass(frozen=True, slots=True)
class Arena:
    """A meeting place with its planned meetings a year; None where the plan gives no number."""

    id: str
    navn: str
    tiltak: str = ""
    per_aar_fra: int | None = None
    per_aar_til: int | None = None
    frekvens: str = ""
    tidligere: str = ""
    merknad: str = ""


@dataclass(frozen=True, slots=True)
class Wave:
    """A survey the plan names; `flagg`: reservations about comparing it (`pandemi`)."""

    aar: int
    tall_i_planen: bool
    flagg: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A survey question.

    Attributes:
        id: The code of the sheet «Ungdata».
        navn: The topic in a heading: «Skulket skolen».
        handling: Reads on from «Flere …»: «har skulket skolen siste år».
        i_planen: Named in the plan.
        planens_ord: The plan's words about it.
        flere_regelbrudd: `opp` or `ned`, the way that means more rule-breaking; else empty.
        ordlyd: `kjent`, `ukjent`, or `annen` when the measure is known and differs from the
            plan's words.
        maaling: What the survey measures, as far as known.
        varsel: The reservation a reader must see; empty when there is none.
    """

    id: str
    navn: str
    handling: str
    i_planen: bool
    planens_ord: str = ""
    flere_regelbrudd: str = ""
    ordlyd: str = "ukjent"
    maaling: str = ""
    varsel: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """When the plan is evaluated, by whom, and who approves changes (5)."""

    maaned: int
    ansvarlige: tuple[str, ...]
    evalueres_av: str
    godkjennes_av: str
    sitat: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One dated line of the plan's history; the date is text of a year, month or day."""

    dato: str
    hva: str
    godkjent_av: str = ""
    sitat: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document the plan rests on (6)."""

    navn: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """What the plan is called, whose it is, and what it is for."""

    navn: str
    kommune: str
    undertittel: str = ""
    maal: str = ""
    forbehold: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole action plan. Made by `read_plan` only, which has checked every reference."""

    plan: Heading
    tiltaksgrupper: tuple[Group, ...]
    tiltak: tuple[Tiltak, ...]
    omraader: tuple[Area, ...]
    prioriteringer: tuple[Priority, ...]
    indikatorer: tuple[Indicator, ...]
    arenaer: tuple[Arena, ...]
    spoersmaal: tuple[Question, ...]
    oppfoelging: FollowUp
    nivaaer: tuple[Level, ...] = ()
    paastander: tuple[Claim, ...] = ()
    aktoerer: tuple[Actor, ...] = ()
    tjenester: tuple[Service, ...] = ()
    ikke_prioritert: tuple[NotPrioritised, ...] = ()
    ikke_prioritert_sitat: str = ""
    undersoekelser: tuple[Wave, ...] = ()
    egenvurdering: tuple[str, ...] = ()
    endringer: tuple[Revision, ...] = ()
    grunnlag: tuple[Reading, ...] = ()

    @property
    def question_ids(self) -> tuple[str, ...]:
        """The ids of all survey questions, in the plan's order."""
        return tuple(question.id for question in self.spoersmaal)

    def question(self, id: str) -> Question:
        """The survey question with an id; KeyError when there is none."""
        return {question.id: question for question in self.spoersmaal}[id]

    def indicator(self, id: str) -> Indicator:
        """The indicator with an id; KeyError when there is none."""
        return {indicator.id: indicator for indicator in self.indikatorer}[id]
