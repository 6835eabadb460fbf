"""Operations: valid documents for a schema, with values for their variables."""

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_object_type,
    is_union_type,
)

from tests.execution.differential.choices import Choices
from tests.execution.differential.leaves import GIVEN, MISTAKEN

_DEEPEST = 4

_INTROSPECTIONS = (
    "__schema { queryType { name } types { name kind } }",
    '__type(name: "O0") { name fields { name type { kind ofType { name } } } interfaces { name } }',
    '__type(name: "Query") { fields { name args { name defaultValue } } }',
    '__type(name: "Nowhere") { name }',
    "__schema { directives { name isRepeatable } mutationType { fields { name } } }",
)


@dataclass(frozen=True)
class Word:
    """An enum value or a variable, which a literal has without quotes."""

    text: str


@dataclass
class Variable:
    """A variable: its type as declared, and its default."""

    name: str
    type: Any
    default: Any = Undefined

    def __str__(self) -> str:
        default = "" if self.default is Undefined else f" = {literal(self.default)}"
        return f"${self.name}: {self.type}{default}"


@dataclass
class Fragment:
    """A fragment that may be spread again."""

    name: str
    type: Any
    text: str


@dataclass
class Operation:
    """A request: the document, the name of its operation, values for the variables."""

    text: str
    name: str | None
    variables: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_subscription(self) -> bool:
        """Whether it runs once for each event."""
        return self.text.startswith("subscription")


def literal(value: Any) -> str:  # noqa: PLR0911 - one for each kind of value
    """A value as GraphQL writes it."""
    match value:
        case Word():
            return value.text
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{escaped}"'
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return f"{{{', '.join(f'{name}: {literal(inner)}' for name, inner in value.items())}}}"
        case _:
            return repr(value)


def given(value: Any) -> Any:
    """A value as JSON gives it."""
    match value:
        case Word():
            return value.text
        case list():
            return list(map(given, value))
        case dict():
            return {name: given(inner) for name, inner in value.items()}
        case _:
            return value


def draw_operation(choices: Choices, schema: GraphQLSchema) -> Operation:
    """Draw a document and up to three sets of values for its variables."""
    return _Drawing(choices, schema).operation()


class _Drawing:
    def __init__(self, choices: Choices, schema: GraphQLSchema) -> None:
        self._choices = choices
        self._schema = schema
        self._variables: list[Variable] = []
        self._fragments: list[Fragment] = []
        self._arguments: dict[tuple[str, str], str] = {}
        self._budget = choices.number(8, 40)

    def operation(self) -> Operation:
        choices = self._choices
        kind, root = "query", self._schema.query_type
        if self._schema.mutation_type and choices.chance(50):
            kind, root = "mutation", self._schema.mutation_type
            choices.reach("mutation")
        elif self._schema.subscription_type and choices.chance(60):
            kind, root = "subscription", self._schema.subscription_type
            choices.reach("subscription")
        if kind == "subscription":
            # It must have one field, whatever the variables are.
            selections = self._field(root, 1, "")
        else:
            selections = self._selections(root, 1)
        if kind == "query" and choices.chance(8):
            choices.reach("introspection")
            selections += " " + choices.pick(_INTROSPECTIONS)
        declared = f"({', '.join(map(str, self._variables))})" if self._variables else ""
        parts = [f"{kind} Main{declared} {{ {selections} }}"]
        parts += [f"fragment {each.name} on {each.type} {each.text}" for each in self._fragments]
        name = None
        if choices.chance(15):
            name = "Main"
            parts.append("query Other { __typename }")
        # Plans keep what they have learned in the first run for the next.
        times = choices.number(1, 3 if self._variables else 2)
        return Operation("\n".join(parts), name, [self._values() for _ in range(times)])

    def _selections(self, of: Any, depth: int) -> str:
        count = self._choices.pick((2, 3, 4, 1) if depth < 3 else (1, 2))
        count = max(1, min(count, self._budget))
        self._budget -= count
        return " ".join(self._selection(of, depth) for _ in range(count))

    def _selection(self, of: Any, depth: int) -> str:
        choices = self._choices
        if is_abstract_type(of):
            choices.reach("union" if is_union_type(of) else "interface")
        if self._budget <= 0:
            depth = _DEEPEST
        kinds = ["field"] * 10 + ["typename", "inline", "typed", "spread", "again"]
        kind = choices.pick(kinds)
        directives = self._directives()
        match kind:
            case "inline" if depth < _DEEPEST:
                choices.reach("inline fragment")
                return f"...{directives} {{ {self._selections(of, depth)} }}"
            case "typed" if depth < _DEEPEST:
                choices.reach("inline fragment on a type")
                other = choices.pick(self._overlapping(of))
                return f"... on {other}{directives} {{ {self._selections(other, depth)} }}"
            case "spread" if depth < _DEEPEST:
                return f"...{self._new_fragment(of, depth)}{directives}"
            case "again" if known := [f for f in self._fragments if self._meet(of, f.type)]:
                choices.reach("fragment spread again")
                return f"...{choices.pick(known).name}{directives}"
            case "field" if not is_union_type(of):
                return self._field(of, depth, directives)
        return f"{choices.pick(('', 'kind: '))}__typename{directives}"

    def _new_fragment(self, of: Any, depth: int) -> str:
        other = self._choices.pick(self._overlapping(of))
        self._choices.reach("fragment on an interface" if is_abstract_type(other) else "fragment")
        text = f"{{ {self._selections(other, depth)} }}"
        name = f"F{len(self._fragments)}"
        self._fragments.append(Fragment(name, other, text))
        return name

    def _overlapping(self, of: Any) -> list[Any]:
        schema = self._schema
        if of in (schema.query_type, schema.mutation_type, schema.subscription_type):
            return [of]
        every = [t for name, t in self._schema.type_map.items() if not name.startswith("__")]
        others = [t for t in every if is_composite_type(t) and self._meet(of, t)]
        return [of, *(t for t in others if t is not of)]

    def _meet(self, one: Any, other: Any) -> bool:
        return bool(self._objects(one) & self._objects(other))

    def _objects(self, of: Any) -> set[str]:
        if is_object_type(of):
            return {of.name}
        return {each.name for each in self._schema.get_possible_types(of)}

    def _field(self, of: Any, depth: int, directives: str) -> str:
        choices = self._choices
        names = list(of.fields)
        if depth >= _DEEPEST:
            names = [n for n in names if not is_composite_type(get_named_type(of.fields[n].type))]
        if not names:
            return f"__typename{directives}"
        name = choices.pick(names)
        response_name = choices.pick((name, name, f"a_{name}", f"b_{name}"))
        if response_name != name:
            choices.reach("alias")
        alias = "" if response_name == name else f"{response_name}: "
        key = (response_name, name)
        # The same response name has the same arguments, wherever it may be merged.
        if key not in self._arguments:
            self._arguments[key] = self._arguments_of(of.fields[name])
        else:
            choices.reach("the same response name")
        head = f"{alias}{name}{self._arguments[key]}{directives}"
        inner = get_named_type(of.fields[name].type)
        if not is_composite_type(inner):
            return head
        return f"{head} {{ {self._selections(inner, depth + 1)} }}"

    def _arguments_of(self, definition: Any) -> str:
        choices = self._choices
        arguments = []
        for name, argument in definition.args.items():
            is_needed = isinstance(argument.type, GraphQLNonNull)
            has_default = argument.default_value is not Undefined
            if (not is_needed or has_default) and choices.chance(40):
                choices.reach("argument left out")
                continue
            value = self._value(argument.type, 0, has_default=has_default)
            arguments.append(f"{name}: {literal(value)}")
        return f"({', '.join(arguments)})" if arguments else ""

    def _directives(self) -> str:
        choices = self._choices
        if not choices.chance(12):
            return ""
        names = choices.pick((["skip"], ["include"], ["skip", "include"]))
        return "".join(f" @{name}(if: {self._condition(name)})" for name in names)

    def _condition(self, directive: str) -> str:
        choices = self._choices
        boolean = GraphQLNonNull(GraphQLBoolean)
        if choices.chance(60):
            choices.reach(f"{directive} by a variable")
            return f"${self._variable(boolean, has_default=False)}"
        choices.reach(f"{directive} by a constant")
        return choices.pick(("true", "false"))

    def _value(
        self, of: Any, depth: int, *, constant: bool = False, has_default: bool = False
    ) -> Any:
        """A valid value, with variables in it unless it must be constant."""
        choices = self._choices
        if not constant and choices.chance(30):
            choices.reach("variable within an input object" if depth else "variable")
            return Word(f"${self._variable(of, has_default=has_default)}")
        if isinstance(of, GraphQLNonNull):
            return self._present(of.of_type, depth, constant)
        if choices.chance(10):
            choices.reach("null given")
            return None
        return self._present(of, depth, constant)

    def _present(self, of: Any, depth: int, constant: bool) -> Any:
        choices = self._choices
        if isinstance(of, GraphQLList):
            if choices.chance(15):
                choices.reach("item for a list")
                value = self._value(of.of_type, depth + 1, constant=True)
                return [] if value is None else value
            size = choices.number(0, 2)
            return [self._value(of.of_type, depth + 1, constant=constant) for _ in range(size)]
        if isinstance(of, GraphQLEnumType):
            return Word(choices.pick(tuple(of.values)))
        if isinstance(of, GraphQLInputObjectType):
            return self._input(of, depth, constant)
        return choices.pick(GIVEN[of.name])

    def _input(self, of: Any, depth: int, constant: bool) -> Any:
        choices = self._choices
        choices.reach(f"input object {of.name}")
        if of.name == "Either":
            name = choices.pick(tuple(of.fields))
            return {name: self._present(of.fields[name].type, depth + 1, constant=True)}
        value = {}
        for name, member in of.fields.items():
            has_default = member.default_value is not Undefined
            is_needed = isinstance(member.type, GraphQLNonNull) and not has_default
            if is_needed or (depth < 3 and choices.chance(35)):
                value[name] = self._value(
                    member.type, depth + 1, constant=constant, has_default=has_default
                )
        return value

    def _variable(self, of: Any, *, has_default: bool) -> str:
        choices = self._choices
        known = [v.name for v in self._variables if v.type == of or str(v.type) == str(of)]
        if known and choices.chance(40):
            return choices.pick(known)
        variable = Variable(f"v{len(self._variables)}", of)
        self._variables.append(variable)
        if choices.chance(40):
            variable.default = self._value(of, 1, constant=True)
            choices.reach("variable with a default")
        may_be_null = has_default or variable.default not in (Undefined, None)
        if isinstance(of, GraphQLNonNull) and may_be_null and choices.chance(50):
            choices.reach("nullable variable where null is not allowed")
            variable.type = of.of_type
        return variable.name

    def _values(self) -> dict[str, Any]:
        choices = self._choices
        values: dict[str, Any] = {}
        for variable in self._variables:
            is_required = isinstance(variable.type, GraphQLNonNull)
            if choices.chance(20 if variable.default is not Undefined or not is_required else 2):
                choices.reach("variable left out")
                continue
            if choices.chance(10 if not is_required else 2):
                choices.reach("variable null")
                values[variable.name] = None
            elif choices.chance(4):
                choices.reach("variable of another type")
                values[variable.name] = choices.pick(MISTAKEN)
            else:
                values[variable.name] = given(self._value(variable.type, 1, constant=True))
        return values
