"""Servers for tests that stand for S3, Cloudinary and a content API, and check what is signed."""

import base64
import hashlib
import json
import re
import threading
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY_ID, KEY, REGION, BUCKET, CLOUD = "AKIDTEST", "secret/key", "eu-test-1", "pictures", "meet"


class Server(ABC):
    """An HTTP server on a free port of this machine; a context manager.

    Attributes:
        files: what it keeps, by key: content and headers.
        is_away: whether it answers 503 to everything.
    """

    def __init__(self):
        self.files = {}
        self.is_away = False

    def __enter__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if outer.is_away:
                    status, headers, content = 503, {}, b""
                else:
                    status, headers, content = outer.answer(self, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - as the library wants it

            def log_message(self, *_):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @abstractmethod
    def answer(self, request, body):
        """Give status, headers and content."""


def form_of(request, body):
    """The fields of a form, the file among them."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + body).get_payload()
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in parts
    }


class S3(Server):
    """A bucket whose signatures are checked by botocore's own code."""

    def answer(self, request, body):
        parts = urlsplit(request.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        _, bucket, key = (
            unquote(parts.path).split("/", 2)
            if parts.path.count("/") > 1
            else (*("", parts.path.strip("/"), ""),)
        )
        if bucket != BUCKET:
            return self._error(404, "NoSuchBucket")
        if request.command == "POST" and not key and "delete" not in query:
            return self._posted(request, body)
        signed = self._by_query if "X-Amz-Signature" in query else self._by_header
        if not signed(request, parts, query, body):
            return self._error(403, "SignatureDoesNotMatch")
        if request.command == "POST":
            for gone in re.findall(rb"<Key>(.*?)</Key>", body):
                self.files.pop(gone.decode(), None)
            return 200, {"Content-Type": "application/xml"}, b"<DeleteResult/>"
        if request.command == "PUT":
            self.files[key] = (body, dict(request.headers))
            return 200, {"ETag": '"x"'}, b""
        return self._got(request, key)

    def _got(self, request, key):
        if key not in self.files:
            return self._error(404, "NoSuchKey")
        content, headers = self.files[key]
        shown = {"Content-Type": headers.get("Content-Type", ""), "ETag": '"x"'}
        if wanted := re.fullmatch(r"bytes=0-(\d+)", request.headers.get("Range", "")):
            if not content:
                return self._error(416, "InvalidRange")
            part = content[: int(wanted[1]) + 1]
            shown["Content-Range"] = f"bytes 0-{len(part) - 1}/{len(content)}"
            return 206, shown, part
        return 200, shown, content

    def _posted(self, request, body):
        form = form_of(request, body)
        texts = {name: value.decode() for name, value in form.items() if name != "file"}
        request_like = AWSRequest()
        request_like.context["timestamp"] = texts["x-amz-date"]
        auth = S3SigV4Auth(Credentials(KEY_ID, KEY), "s3", REGION)
        if auth.signature(texts["policy"], request_like) != texts["x-amz-signature"]:
            return self._error(403, "SignatureDoesNotMatch")
        policy = json.loads(base64.b64decode(texts["policy"]))
        if datetime.fromisoformat(policy["expiration"]) < datetime.now(UTC):
            return self._error(403, "AccessDenied")
        given = {**texts, "bucket": BUCKET}
        for condition in policy["conditions"]:
            if isinstance(condition, list):
                _, least, most = condition
                if not least <= len(form["file"]) <= most:
                    return self._error(400, "EntityTooLarge")
            elif any(given.get(name) != value for name, value in condition.items()):
                return self._error(403, "AccessDenied")
        self.files[texts["key"]] = (form["file"], {"Content-Type": texts["Content-Type"]})
        return 204, {}, b""

    def _by_header(self, request, parts, _query, body):
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=(.+?), SignedHeaders=(.+?), Signature=(.+)",
            request.headers.get("Authorization", ""),
        )
        if not found or not found[1].startswith(f"{KEY_ID}/"):
            return False
        digest = request.headers["X-Amz-Content-SHA256"]
        if digest not in {"UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()}:
            return False
        again = AWSRequest(request.command, f"{self.address}{request.path}", data=body)
        for name in found[2].split(";"):
            again.headers[name] = request.headers[name]
        again.context["timestamp"] = request.headers["X-Amz-Date"]
        auth = S3SigV4Auth(Credentials(KEY_ID, KEY), "s3", REGION)
        return self._signature(auth, again) == found[3]

    def _by_query(self, request, parts, query, _body):
        given = query["X-Amz-Signature"]
        since = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
        age = (datetime.now(UTC) - since).total_seconds()
        if not 0 <= age <= int(query["X-Amz-Expires"]):
            return False
        rest = request.path.replace(f"&X-Amz-Signature={given}", "")
        again = AWSRequest("GET", f"{self.address}{rest}")
        again.headers["host"] = request.headers["Host"]
        again.context["timestamp"] = query["X-Amz-Date"]
        auth = S3SigV4QueryAuth(Credentials(KEY_ID, KEY), "s3", REGION)
        return self._signature(auth, again) == given

    @staticmethod
    def _signature(auth, request):
        asked = auth.canonical_request(request)
        return auth.signature(auth.string_to_sign(request, asked), request)

    @staticmethod
    def _error(status, code):
        return (
            status,
            {"Content-Type": "application/xml"},
            (f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()),
        )


class Cloudinary(Server):
    """Cloudinary's API as far as it is used; its signatures are checked by hand."""

    def answer(self, request, body):
        parts = urlsplit(request.path)
        if request.command == "GET":
            return self._got(parts)
        given = self._given(request, body)
        if not self._is_signed(given) or parts.path.split("/")[2] != CLOUD:
            return self._said(401, error={"message": "Invalid Signature"})
        age = datetime.now(UTC).timestamp() - int(given["timestamp"])
        if age > 3_600:
            return self._said(400, error={"message": "Stale request"})
        assert parts.path.split("/")[3] == "raw"
        assert given["type"] == "authenticated"
        key = given["public_id"]
        if parts.path.endswith("/destroy"):
            gone = self.files.pop(key, None)
            return self._said(200, result="ok" if gone else "not found")
        if key not in self.files or given.get("overwrite") in {"1", "true"}:
            self.files[key] = (given["file"], {})
        return self._said(200, public_id=key, bytes=len(given["file"]))

    def _got(self, parts):
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if not self._is_signed(query) or int(query["expires_at"]) < datetime.now(UTC).timestamp():
            return 401, {}, b""
        found = self.files.get(query["public_id"])
        return (200, {}, found[0]) if found else (404, {}, b"")

    @staticmethod
    def _given(request, body):
        if request.headers["Content-Type"].startswith("multipart/"):
            form = form_of(request, body)
            return {n: v if n == "file" else v.decode() for n, v in form.items()}
        return dict(parse_qsl(body.decode()))

    @staticmethod
    def _is_signed(given):
        unsigned = {"file", "api_key", "signature", "resource_type", "cloud_name"}
        pairs = [f"{n}={given[n]}" for n in sorted(given) if n not in unsigned]
        digest = hashlib.sha1("&".join(pairs).encode() + KEY.encode()).hexdigest()  # noqa: S324 - theirs
        return given.get("api_key") == KEY_ID and given.get("signature") == digest

    @staticmethod
    def _said(status, **answer):
        return status, {"Content-Type": "application/json"}, json.dumps(answer).encode()


class Judge(Server):
    """An API that says whether an image is safe.

    Attributes:
        says: what it answers.
        asked: what it was sent, with the headers.
    """

    def __init__(self, says):
        super().__init__()
        self.says = says
        self.asked = []

    def answer(self, request, body):
        self.asked.append((body, dict(request.headers)))
        return 200, {"Content-Type": "application/json"}, self.says
