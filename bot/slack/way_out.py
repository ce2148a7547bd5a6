"""The proxy that leads out to Slack, for everything that leaves: calls, WebSockets, uploads, and
answers to a `response_url`.

`HTTPS_PROXY`, or else `HTTP_PROXY`, in either case; `NO_PROXY` names hosts that are reached
directly. A proxy without a scheme is taken for `http://`.
"""

from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass


def proxy_for(url: str) -> str | None:
    """The proxy to use for `url`; None: connect directly.

    Port and password of the proxy may stand in its URL, like `http://user:secret@proxy:3128`.
    """
    known = getproxies_environment()
    proxy = known.get("https") or known.get("http")
    host = urlsplit(url).netloc.rpartition("@")[2]
    if not proxy or proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def described(proxy: str | None) -> str:
    """The proxy without its password, for people.

    >>> described("http://user:secret@proxy:3128"), described(None)
    ('through the proxy proxy:3128', 'without a proxy')
    """
    if proxy is None:
        return "without a proxy"
    return f"through the proxy {urlsplit(proxy).netloc.rpartition('@')[2]}"
