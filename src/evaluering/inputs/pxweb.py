"""The one place that speaks to a publisher: PxWeb version 2 through pxwebpy, and FHI's interface.

Thin on purpose: a question goes out, the reply comes back as the publisher wrote it, status symbols
included. (`pxweb.PxApi` would unpack it, and drops the symbols on the way.) Only `inputs.fetch`
imports this module, and only when figures are fetched.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, Final, Never
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import requests
from pxweb._internal.client import ApiConfigurationError, ApiVersionError, Client
from requests.adapters import HTTPAdapter

from evaluering.errors import EvalueringError

LOOPBACK: Final = ("127.0.0.1", "localhost")
SECONDS: Final = 60
_SCHEMES: Final = ("https://", "http://")

Selection = Mapping[str, Sequence[str]]


class _OneHost(HTTPAdapter):
    """Sends to one host only, also after a redirect, and never waits for ever.

    pxwebpy 0.6.0 takes a `timeout` and does not pass it on.
    """

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401 - as the parent, options passed through
        check_address(str(request.url), self._host)
        options["timeout"] = SECONDS
        return super().send(request, **options)


class _GuardedClient(Client):
    """pxwebpy's client, guarded before its first call (which is made while it is built)."""

    def call(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the parent
        for scheme in _SCHEMES:
            self.session.mount(scheme, _OneHost(str(urlsplit(self.url).hostname)))
        return super().call(*arguments, **options)


def pxweb_reply(address: str, table: str, selection: Selection, *, language: str) -> dict[str, Any]:
    """The reply of a PxWeb version 2 interface, as JSON-stat 2.

    Args:
        address: The interface, for example Statistics Norway's `…/api/pxwebapi/v2`.
        table: The table's id there.
        selection: Codes per variable; `*` means all. A variable that is left out is summed over
            where the publisher allows it.
        language: Of the labels.

    Raises:
        EvalueringError: No contact, another interface than expected, the question asks for more
            cells than the publisher gives, or the publisher refuses it.
    """
    try:
        client = _GuardedClient(address, timeout=SECONDS, disable_cache=True, language=language)
        cells = 1
        for codes in selection.values():
            cells *= len(codes)
        if cells > client.configuration["maxDataCells"]:
            raise EvalueringError("Spørringen er for stor.", table, "Velg færre koder.")
        question = {
            "selection": [
                {"variableCode": variable, "valueCodes": list(codes)}
                for variable, codes in selection.items()
            ]
        }
        return client.call(f"/tables/{table}/data", query=question)
    except requests.exceptions.HTTPError as error:
        raise refused_by_publisher(table) from error
    except (requests.exceptions.RequestException, ApiVersionError, ApiConfigurationError) as error:
        raise no_contact(address) from error


def fhi_reply(address: str, table: str, selection: Selection) -> dict[str, Any]:
    """The reply of the Institute of Public Health's open interface, as JSON-stat 2.

    Args:
        address: The interface, `…/api/open/v1`.
        table: Source and table, for example `nokkel/173`.
        selection: Codes for every dimension of the table, `MEASURE_TYPE` included; `*` at the end
            of a code means all that begin so.

    Raises:
        EvalueringError: No contact, or the publisher refuses the question.

    References:
        The institute's user guide, github.com/folkehelseinstituttet/Fhi.Statistikk.OpenAPI.
    """
    source, _, number = table.partition("/")
    question = {
        "dimensions": [
            {
                "code": variable,
                "filter": "all" if any("*" in code for code in codes) else "item",
                "values": list(codes),
            }
            for variable, codes in selection.items()
        ],
        "response": {"format": "json-stat2"},
    }
    url = f"{address}/{source}/Table/{number}/data"
    check_address(url, str(urlsplit(address).hostname))
    request = urllib.request.Request(  # noqa: S310 - the address is checked above
        url,
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS) as reply:
            return json.loads(reply.read())
    except HTTPError as error:
        raise refused_by_publisher(table) from error
    except (URLError, OSError) as error:
        raise no_contact(address) from error
    except ValueError as error:
        raise refused_by_publisher(table) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, *arguments: object, **options: object) -> Never:
        raise EvalueringError(
            "Svaret viser videre til en annen adresse.", "hent", "Meld fra til den som drifter."
        )

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def check_address(url: str, host: str) -> None:
    """Refuse any other host than the declared one, and anything unencrypted but loopback.

    Args:
        url: The address about to be opened.
        host: The declared host.

    Raises:
        EvalueringError: It is another host, or the connection would be unencrypted.
    """
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if parts.hostname != host or not is_safe:
        raise EvalueringError(
            "Adressen er ikke en av kildene det er lov å hente fra.",
            where="hent",
            remedy="Hent bare fra kildene som kommandoen nevner.",
        )


def no_contact(address: str) -> EvalueringError:
    """The sentence for a machine without network, or a publisher that does not answer."""
    return EvalueringError(
        f"Får ikke kontakt med {urlsplit(address).hostname}. Ingen tall er hentet.",
        where="hent",
        remedy=(
            "Sjekk nettet og prøv igjen. En rapport kan lages uten nett, med tallene som alt "
            "ligger i data/publisert."
        ),
    )


def refused_by_publisher(table: str) -> EvalueringError:
    """The sentence for a question the publisher does not understand."""
    return EvalueringError(
        f"Kilden kan ikke svare på spørringen mot tabell {table}.",
        where="hent",
        remedy="Sjekk tabellnummeret, variablene og kodene på kildens nettside.",
    )
