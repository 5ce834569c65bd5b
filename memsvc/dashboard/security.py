"""What a browser is told about every page, and where a request may come from."""

from __future__ import annotations

from fastapi import Request

from memsvc.core.hosts import names_this_machine
from memsvc.errors import ForeignHost, ForeignOrigin

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOREIGN = "This came from another site. Open the dashboard itself and do it there."


def check_host(request: Request) -> None:
    """Raise ForeignHost unless this machine is called by a name of its own; asked without keys."""
    if not names_this_machine(request.headers.get("host", "")):
        raise ForeignHost("Without keys the dashboard answers to localhost, 127.0.0.1 and [::1].")


def check_origin(request: Request) -> None:
    """Raise ForeignOrigin for a change that a page of another site asks for.

    `Sec-Fetch-Site` decides where it is sent: browsers set it over TLS and to this machine, no
    script can, and no proxy that names another `Host` changes what it says. Elsewhere `Origin` has
    to be of this host. Browsers say `Origin: null` for our own forms, because our pages send no
    referrer: what is left then is the form's token.
    """
    site = request.headers.get("sec-fetch-site")
    if site == "same-origin":
        return
    if site not in (None, "none"):
        raise ForeignOrigin(FOREIGN)
    origin = request.headers.get("origin", "null")
    host = request.headers.get("host", "")
    if origin != "null" and origin.partition("://")[2].lower() != host.lower():
        raise ForeignOrigin(FOREIGN)


def is_https(request: Request) -> bool:
    """Whether the browser speaks TLS, with this service or a proxy before it."""
    claims = (request.url.scheme, request.headers.get("x-forwarded-proto", ""))
    return "https" in claims or request.headers.get("origin", "").startswith("https://")
