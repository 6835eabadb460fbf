"""Whether requests are what an OpenAPI document allows, read strictly: unknown names are wrong."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import UUID

_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": int | float,
}
_JUDGED = {
    *("type", "nullable", "enum", "minimum", "maximum", "minItems", "minLength", "uniqueItems"),
    *("properties", "required", "additionalProperties", "items", "anyOf", "$ref", "format"),
    "default",  # says nothing about what is allowed
}
_FORMATS = {"uuid": UUID}


class OpenApi:
    """An OpenAPI 3.0 document, as far as Qdrant's uses the language."""

    def __init__(self, path: Path):
        self.document = json.loads(path.read_text())

    def problems(self, method, target, body):
        """Say what is wrong with a request: nothing, or why it is not allowed."""
        path, _, query = target.partition("?")
        for template, operations in self.document["paths"].items():
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and method.lower() in operations:
                operation = operations[method.lower()]
                return [*self._parameters(operation, query), *self._body(operation, body)]
        return [f"no operation {method} {path}"]

    def _parameters(self, operation, query):
        known = {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "query"}
        for name, text in parse_qsl(query):
            if name not in known:
                yield f"no parameter {name}"
                continue
            try:
                value = json.loads(text)
            except ValueError:
                value = text
            yield from self.faults(known[name], value, name)

    def _body(self, operation, body):
        if "requestBody" not in operation:
            if body:
                yield "a body that is not read"
            return
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        yield from self.faults(schema, json.loads(body), "body")

    def faults(self, schema, value, where):
        """Say what is wrong with a value, each with the place where it is."""
        if unknown := schema.keys() - _JUDGED:
            raise NotImplementedError(f"{sorted(unknown)} at {where}")
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self.faults(self.document["components"]["schemas"][name], value, where)
        if value is None and schema.get("nullable"):
            return []
        if "anyOf" in schema:
            tried = []
            for one in schema["anyOf"]:
                if not (found := self.faults(one, value, where)):
                    return []
                tried += found
            return [f"nothing of what {where} may be: {tried}"]
        if "type" not in schema and schema.get("nullable"):
            return [f"{where} is not null"]  # this document says "or null" so
        return [*self._plain(schema, value, where), *self._inside(schema, value, where)]

    def _plain(self, schema, value, where):
        kind = _TYPES.get(schema.get("type"), object)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind not in (bool, object)):
            yield f"{where} is no {schema['type']}"
            return
        if value not in schema.get("enum", [value]):
            yield f"{where} is none of {schema['enum']}"
        if "minimum" in schema and value < schema["minimum"]:
            yield f"{where} is too small"
        if "maximum" in schema and value > schema["maximum"]:
            yield f"{where} is too large"
        shortest = schema.get("minItems", schema.get("minLength", 0))
        if shortest and len(value) < shortest:
            yield f"{where} is too short"
        if read := _FORMATS.get(schema.get("format")):
            try:
                read(value)
            except ValueError:
                yield f"{where} is no {schema['format']}"

    def _inside(self, schema, value, where):
        if isinstance(value, list) and "items" in schema:
            if schema["items"].get("type") == "number" and all(type(n) is float for n in value):
                return  # vectors are long, and their numbers have no bounds
            for number, item in enumerate(value):
                if found := self.faults(schema["items"], item, f"{where}[{number}]"):
                    yield from found
                    return  # one is enough: lists are long
        if isinstance(value, dict) and schema.get("type") == "object":
            yield from self._members(schema, value, where)

    def _members(self, schema, value, where):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", False)
        for name in set(schema.get("required", ())) - value.keys():
            yield f"{where} has no {name}"
        for name, item in value.items():
            if name in properties:
                yield from self.faults(properties[name], item, f"{where}.{name}")
            elif others is False:
                yield f"{where} has an unknown {name}"
            elif isinstance(others, dict):
                yield from self.faults(others, item, f"{where}.{name}")
