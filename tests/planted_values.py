"""Invented identifiers of every kind, and the disguises people and programs give them.

Nothing here stands written out: numbers are made when they are needed, so that no file of ours
holds one. The check digits follow Skatteetaten's rule, written again without the code under test.
"""

import random
import re
from collections.abc import Callable
from datetime import date, timedelta

Disguise = Callable[[str], str]


def seeded(name: object) -> random.Random:
    """Chance that is the same on every machine; nothing here guards a secret."""
    return random.Random(str(name))  # noqa: S311 - made-up numbers for tests


def check_digits(nine: str, remainder: int = 0) -> str | None:
    """k1 and k2 of nine digits; `remainder` 1–3 follows the rule from 2032. None when k1 is 10."""
    first = sum(int(d) * w for d, w in zip(nine, (3, 7, 6, 1, 8, 9, 4, 5, 2), strict=True))
    k1 = (remainder - first) % 11
    if k1 == 10:
        return None
    second = sum(
        int(d) * w for d, w in zip(f"{nine}{k1}", (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)
    )
    k2 = -second % 11
    return None if k2 == 10 else f"{k1}{k2}"


def identity_number(
    seed: random.Random, *, day: int = 0, month: int = 0, remainder: int = 0
) -> str:
    """A number with a right date and right check digits, shifted as D-, H- and test numbers are."""
    while True:
        born = date(1990, 1, 1) + timedelta(days=seed.randrange(12_000))
        number = f"{born.day + day:02d}{born.month + month:02d}{born:%y}{seed.randrange(1000):03d}"
        if digits := check_digits(number, remainder):
            return number + digits


def mistyped(seed: random.Random) -> str:
    """Eleven digits that are no identity number."""
    number = identity_number(seed)
    return number[:-1] + str((int(number[-1]) + seed.randrange(1, 10)) % 10)


def with_leading_zero(seed: random.Random) -> str:
    """A number that lost its leading zero in a cell of numbers."""
    while (number := identity_number(seed))[0] != "0":
        pass
    return number[1:]


def company_number(seed: random.Random) -> str:
    """Nine digits with a check digit by modulus 11."""
    while True:
        eight = f"{seed.choice('89')}{seed.randrange(10**7):07d}"
        total = sum(int(d) * w for d, w in zip(eight, (3, 2, 7, 6, 5, 4, 3, 2), strict=True))
        if (check := -total % 11) != 10:
            return f"{eight}{check}"


def device_number(seed: random.Random) -> str:
    """Fifteen digits with Luhn's check digit."""
    fourteen = f"{seed.randrange(10**13, 10**14)}"
    doubled = (int(d) * (2 if place % 2 else 1) for place, d in enumerate(fourteen))
    return fourteen + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def birth_date(seed: random.Random) -> date:
    """A day of birth of somebody 10–17 years old in 2026."""
    return date(2009, 1, 1) + timedelta(days=seed.randrange(2_900))


def phone(seed: random.Random) -> str:
    """Eight digits as a Norwegian telephone number has them."""
    return f"{seed.choice('2345679')}{seed.randrange(10**7):07d}"


NUMBERS: dict[str, Callable[[random.Random], str]] = {
    "fnr": identity_number,
    "fnr_2032_1": lambda seed: identity_number(seed, remainder=1),
    "fnr_2032_3": lambda seed: identity_number(seed, remainder=3),
    "d_nummer": lambda seed: identity_number(seed, day=40),
    "h_nummer": lambda seed: identity_number(seed, month=40),
    "test_65": lambda seed: identity_number(seed, month=65),
    "test_80": lambda seed: identity_number(seed, month=80),
    "d_og_h": lambda seed: identity_number(seed, day=40, month=40),
    "d_og_test": lambda seed: identity_number(seed, day=40, month=80),
    "feilskrevet": mistyped,
    "fh_nummer": lambda seed: f"{seed.choice('89')}{seed.randrange(10**10):010d}",
    "konto": lambda seed: f"{seed.randrange(10**11):011d}",
}
# Forms that are no run of eleven digits: the disguises below do not fit all of them.
OTHERS: dict[str, Callable[[random.Random], str]] = {
    "ti_sifre": with_leading_zero,
    "duf": lambda seed: f"20{seed.randrange(10, 26)}{seed.randrange(10**8):08d}",
    "duf_delt": lambda seed: f"20{seed.randrange(10, 26)} {seed.randrange(10**6):06d} 01",
    "orgnr": company_number,
    "orgnr_delt": lambda seed: " ".join(split(company_number(seed), 3, 3, 3)),
    "imei": device_number,
    "imei_delt": lambda seed: "-".join(split(device_number(seed), 2, 6, 6, 1)),
    "telefon": phone,
    "telefon_par": lambda seed: " ".join(split(phone(seed), 2, 2, 2, 2)),
    "telefon_323": lambda seed: "-".join(split(phone(seed), 3, 2, 3)),
    "telefon_47": lambda seed: f"+47 {phone(seed)}",
    "telefon_0047": lambda seed: f"0047{phone(seed)}",
    "e-post": lambda seed: f"{word(seed)}.{word(seed)}@{word(seed)}.no",
    "e-post_mellomrom": lambda seed: f"{word(seed)} @ {word(seed)}.no",
    "url": lambda seed: f"https://{word(seed)}.no/{word(seed)}",
    "www": lambda seed: f"www.{word(seed)}.no",
    "bilskilt": lambda seed: f"{plate(seed)}{seed.randrange(10_000, 100_000)}",
    "bilskilt_delt": lambda seed: f"{plate(seed)} {seed.randrange(10_000, 100_000)}",
    "koordinat": lambda seed: f"{seed.uniform(58, 71):.5f}, {seed.uniform(5, 30):.5f}",
    "grader": lambda seed: f"{seed.randrange(58, 71)}°{seed.randrange(60)}'N",
    "utm": lambda seed: f"32V {seed.randrange(250_000, 750_000)} {65 + seed.randrange(5)}01234",
    "adresse": lambda seed: f"{word(seed).title()}veien {seed.randrange(1, 200)}",
    "gate": lambda seed: f"{word(seed).title()}gata {seed.randrange(1, 90)} B",
    "foedselsdato": lambda seed: f"{birth_date(seed):%d.%m.%Y}",
    "foedselsdato_iso": lambda seed: f"{birth_date(seed):%Y-%m-%d}",
    "foedselsdato_kort": lambda seed: f"{birth_date(seed):%d.%m.%y}",
    "foedselsdato_ord": lambda seed: f"{birth_date(seed).day}. mars {birth_date(seed).year}",
}  # fmt: skip


def word(seed: random.Random) -> str:
    """A word that is no name: syllables."""
    return "".join(seed.choice("bdfgklmnprstv") + seed.choice("aeiou") for _ in range(4))


def plate(seed: random.Random) -> str:
    """Two letters as on Norwegian plates."""
    return "".join(seed.choice("ABCDEFHJKLNPRSTUVXYZ") for _ in range(2)).replace("R", "S")


def split(text: str, *lengths: int) -> list[str]:
    """A text cut into pieces of these lengths."""
    ends = [sum(lengths[: place + 1]) for place in range(len(lengths))]
    return [text[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def _between(mark: str) -> Disguise:
    return lambda number: number[:6] + mark + number[6:]


def _every(mark: str) -> Disguise:
    return mark.join


def _other_digits(zero: int) -> Disguise:
    return lambda number: "".join(chr(zero + int(digit)) for digit in number)


# For runs of eleven digits.
DISGUISES: dict[str, Disguise] = {
    "rett fram": str,
    "mellomrom": _between(" "),
    "hardt mellomrom": _between("\u00a0"),
    "tynt mellomrom": _between("\u2009"),
    "bindestrek": _between("-"),
    "hard bindestrek": _between("\u2011"),
    "tankestrek": _between("–"),
    "punktum": _between("."),
    "kolon": _between(":"),
    "skråstrek": _between("/"),
    "usynlig tegn": _every("\u200b"),
    "myk bindestrek": _every("\u00ad"),
    "siffer for siffer": _every(" "),
    "punktum mellom alle": _every("."),
    "fulle siffer": _other_digits(0xFF10),
    "arabiske siffer": _other_digits(0x660),
    "matematiske siffer": _other_digits(0x1D7CE),
    "dato først": lambda n: ".".join(split(n, 2, 2, 2)) + " " + n[6:],
    "kontoform": lambda n: ".".join(split(n, 4, 2, 5)),
    "tre grupper": lambda n: " ".join(split(n, 6, 3, 2)),
    "desimal": lambda n: f"{n}.0",
    "norsk desimal": lambda n: f"{n},00",
    "tusenskille": lambda n: ",".join(split(n, 2, 3, 3, 3)),
    "potens": lambda n: f"{n[0]},{n[1:]}E10" if n[0] != "0" else n,
    "i en setning": lambda n: f"Gjelder {n}, se sak S-014",
    "i et ord": lambda n: f"ref{n}b",
    "med bokstaver": lambda n: n.replace("0", "O"),
    "sammensatt": lambda n: f"{n[:6]}\u200b\u00a0–\u00a0{n[6:]}",
}


def is_echoed(value: str, said: str) -> bool:
    """True when a message repeats the value, or six of its digits in a row, or a word of it."""
    digits = "".join(character for character in value if character.isdigit())
    parts = {digits[place : place + 6] for place in range(max(len(digits) - 5, 0))}
    words = {piece for piece in value.split() if len(piece) > 5 and not piece.isdigit()}
    runs = [re.sub(r"\D", "", run) for run in re.findall(r"\d(?:[^\w]?\d)*", said)]
    return any(text in said for text in (value, *words)) or any(
        part in run for part in parts for run in runs
    )
