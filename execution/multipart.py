"""Files with a request: the GraphQL multipart request specification.

A form holds `operations` (what a JSON body would hold, with null for each file), `map` (where each
file belongs), and the files.
"""

from collections.abc import AsyncGenerator
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from execution.incoming import IncomingRequest
from execution.json import MalformedJSON, decode
from execution.limits import HTTPLimits
from execution.requests import RequestRefused

MULTIPART = "multipart/form-data"


async def read_form(
    request: IncomingRequest, content: AsyncGenerator[bytes, None], limits: HTTPLimits
) -> Any:
    """Read a form.

    Args:
        request: its headers say how the form is written; it gets the files, which are on disk
            when they are large.
        content: the body, bounded in size.
        limits: how many files there may be, and how large.

    Returns:
        What `operations` holds, with Starlette's `UploadFile` in place of the nulls.

    Raises:
        RequestRefused: the form is malformed, or has too many or too large files.
    """
    parser = MultiPartParser(
        request.headers,
        content,
        max_files=limits.files,
        max_fields=2,
        max_part_size=limits.body_bytes,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise _bad(f"The form: {error.message}") from None
    request.files = form
    operations, places = _json(form, "operations"), _json(form, "map")
    files = _files(form, limits.file_bytes)
    if not isinstance(places, dict) or set(places) != set(files):
        raise _bad("`map` must be an object with a member for each file.")
    for name, paths in places.items():
        if not isinstance(paths, list) or not paths:
            raise _bad("`map` must have a list of paths for each file.")
        for path in paths:
            _put(files[name], operations, path)
    return operations


def _json(form: FormData, name: str) -> Any:
    text = form.get(name)
    if not isinstance(text, str):
        raise _bad(f"The form must have a field `{name}`.")
    try:
        return decode(text)
    except MalformedJSON as error:
        raise _bad(f"`{name}`: {error}") from None


def _files(form: FormData, most: int) -> dict[str, UploadFile]:
    files: dict[str, UploadFile] = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            continue
        if name in files:
            raise _bad("Each file needs a name of its own.")
        if (value.size or 0) > most:
            raise RequestRefused(413, "PAYLOAD_TOO_LARGE", f"A file has more than {most} bytes.")
        files[name] = value
    return files


def _put(file: UploadFile, operations: Any, path: Any) -> None:
    """Put a file in the place of a null, like `variables.files.0` or `1.variables.file`."""
    if not isinstance(path, str):
        raise _bad("The paths of `map` must be strings.")
    *parents, last = path.split(".")
    container = operations
    for name in parents:
        container = _member(container, name)
    if last == "" or _member(container, last, missing=file) is not None:
        raise _bad("The paths of `map` must lead to nulls in `operations`.")
    container[int(last) if isinstance(container, list) else last] = file


def _member(container: Any, name: str, missing: Any = None) -> Any:
    if isinstance(container, dict):
        return container.get(name, missing)
    # Few digits, because to read many takes long.
    if isinstance(container, list) and name.isascii() and name.isdecimal() and len(name) < 7:
        return container[int(name)] if int(name) < len(container) else missing
    return missing


def _bad(message: str) -> RequestRefused:
    return RequestRefused(400, "BAD_REQUEST", message)
