"""The page at `GET /graphql`: GraphiQL from bundled assets, or from the CDN where none were built.

The bundle is made by `npm ci && npm run build` in this folder. The application serves
`assets_directory()` as static files under `ASSETS_PATH`, and sends the page with its
Content-Security-Policy.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from string import Template

ASSETS_PATH = "/graphiql"
CDN = "https://unpkg.com"

_HERE = Path(__file__).parent
_OPERATION = re.compile(r"^(?:query|mutation|subscription)\s+(\w+)", re.MULTILINE)

# The newest GraphiQL that is published as browser globals: from version 5 on it comes as modules
# only, whose copies of the Monaco editor a CDN cannot keep apart. The digests are those of the
# files in the npm packages, which the CDN serves byte for byte.
CDN_STYLE = (
    f"{CDN}/graphiql@4.1.2/graphiql.min.css",
    "sha384-1el1QShFBnnXTx9x/Cprg82hZWKt0ry29OAYIXt05swbi0KcZDFoj0CWguMpopJr",
)
CDN_SCRIPTS = (
    (
        f"{CDN}/react@18.3.1/umd/react.production.min.js",
        "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
    ),
    (
        f"{CDN}/react-dom@18.3.1/umd/react-dom.production.min.js",
        "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
    ),
    (
        f"{CDN}/graphiql@4.1.2/graphiql.min.js",
        "sha384-9XdHu7ajgGJziD4J1zNBKQ842Q/+zZfDv+ib1eMhZWBH6hPAs806x+Jbcf0yNO6B",
    ),
)


@dataclass(frozen=True, slots=True)
class Example:
    """One tab of the explorer.

    Attributes:
        title: The operation's name, which GraphiQL shows on the tab.
        query: The GraphQL document.
        variables: The variables as JSON text, or nothing.
        headers: The request headers as JSON text, or nothing.
    """

    title: str
    query: str
    variables: str = ""
    headers: str = ""


def read_examples(directory: Path = _HERE / "examples") -> tuple[Example, ...]:
    """Read the example operations in the order of their file names.

    Args:
        directory: Holds `*.graphql` files, each with one named operation; a `*.json` file of the
            same stem holds its variables.

    Returns:
        One example a file.

    Raises:
        ValueError: A file has no named operation, or its variables are no JSON.
    """
    return tuple(_read_example(path) for path in sorted(directory.glob("*.graphql")))


def assets_directory() -> Path | None:
    """Return the folder of bundled assets, or None when they were not built on this machine."""
    directory = _HERE / "dist"
    return directory if (directory / "main.js").is_file() else None


def page(*, endpoint: str, examples: Sequence[Example], nonce: str) -> tuple[str, str]:
    """Render the explorer and the policy it must be sent with.

    Args:
        endpoint: The path of the GraphQL API on this host; subscriptions use the same path.
        examples: The tabs a first visitor sees, in this order.
        nonce: A value that cannot be guessed, new for every answer, in the Base64 alphabet.

    Returns:
        The HTML document and the value of its `Content-Security-Policy` header. With bundled assets
        neither names another host; without them both name the CDN and nothing else.
    """
    # Escaped so that no text of an example can end the script element it stands in.
    settings = json.dumps({"endpoint": endpoint, "examples": [asdict(each) for each in examples]})
    for character in "<>&":
        settings = settings.replace(character, f"\\u{ord(character):04x}")
    bundled = assets_directory() is not None
    styles, scripts = _bundled_tags(nonce) if bundled else _cdn_tags(nonce)
    document = Template((_HERE / "page.html").read_text(encoding="utf-8")).substitute(
        nonce=escape(nonce), settings=settings, styles=styles, scripts=scripts
    )
    return document, _policy(nonce, bundled=bundled)


def _read_example(path: Path) -> Example:
    query = path.read_text(encoding="utf-8").strip()
    operation = _OPERATION.search(query)
    if operation is None:
        raise ValueError(f"{path.name} holds no named operation.")
    variables = path.with_suffix(".json")
    if not variables.is_file():
        return Example(title=operation[1], query=query)
    text = variables.read_text(encoding="utf-8").strip()
    json.loads(text)
    return Example(title=operation[1], query=query, variables=text)


def _bundled_tags(nonce: str) -> tuple[str, str]:
    style = _tag("link", rel="stylesheet", href=f"{ASSETS_PATH}/main.css")
    script = _tag("script", type="module", src=f"{ASSETS_PATH}/main.js", nonce=nonce)
    return style, f"{script}</script>"


def _cdn_tags(nonce: str) -> tuple[str, str]:
    address, digest = CDN_STYLE
    style = _tag("link", rel="stylesheet", href=address, integrity=digest, crossorigin="anonymous")
    scripts = [
        _tag("script", src=address, integrity=digest, crossorigin="anonymous") + "</script>"
        for address, digest in CDN_SCRIPTS
    ]
    for name in ("open.js", "cdn.js"):
        code = (_HERE / "src" / name).read_text(encoding="utf-8")
        scripts.append(f"{_tag('script', nonce=nonce)}{code}</script>")
    return style, "\n".join(scripts)


def _tag(name: str, **attributes: str) -> str:
    pairs = (f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{''.join(pairs)}>"


def _policy(nonce: str, *, bundled: bool) -> str:
    scripts, styles = f"'nonce-{nonce}'", f"'self' 'nonce-{nonce}'"
    if not bundled:
        # Whole addresses, because a public CDN serves everybody's scripts.
        scripts = " ".join([scripts, *(address for address, _ in CDN_SCRIPTS)])
        styles = f"'nonce-{nonce}' {CDN_STYLE[0]}"
    directives = {
        "default-src": "'none'",
        # No 'self': this host also serves media which people uploaded.
        "script-src": scripts,
        "style-src-elem": styles,
        # Monaco places its lines with style attributes in generated markup, and attributes cannot
        # carry a nonce.
        "style-src-attr": "'unsafe-inline'" if bundled else "'none'",
        # GraphiQL's style sheet holds its fonts and icons as data.
        "font-src": "'self' data:",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'" if bundled else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())
