"""Words and signs → nodes: `*` and `/` before `+` and `-`, from left to right."""

from decimal import Decimal

from cdp.errors import N_

from ..reading import Path, Reading, nearest
from .nodes import AttributeNumber, Binary, Call, Expression, Function, Negative, Number, Op, TagNumber
from .tokens import Token, tokens

LONGEST = 1_000
MOST_STEPS = 100
DEEPEST = 20
MOST_DECIMALS = 9
HINT = N_("For example spend / orders, or round(spend / 12, 2).")
# The fewest and the most arguments of each function.
ARGUMENTS: dict[Function, tuple[int, int]] = {
    Function.MIN: (2, 20),
    Function.MAX: (2, 20),
    Function.ABS: (1, 1),
    Function.ROUND: (1, 2),
    Function.COALESCE: (2, 20),
}
# The same under another name.
ALIASES = {"if_missing": Function.COALESCE}


class _Stop(Exception):
    """What follows cannot be understood any more; the reason is in the reading."""


def read_formula(reading: Reading, data: object, path: Path) -> Expression | None:
    """A formula's text as nodes; None with the problems in the reading."""
    if not isinstance(data, str) or not data.strip():
        reading.refuse(path, N_("A formula is needed."), HINT)
        return None
    if len(data) > LONGEST:
        reading.refuse(path, N_("The formula is longer than %(most)s characters."), most=LONGEST)
        return None
    found = len(reading.problems)
    try:
        expression = _Parser(reading, list(tokens(data)), path).whole()
    except _Stop:
        return None
    return expression if len(reading.problems) == found else None


class _Parser:
    def __init__(self, reading: Reading, found: list[Token], path: Path) -> None:
        self.reading = reading
        self.found = found
        self.path = path
        self.place = 0
        self.steps = 0
        self.depth = 0

    @property
    def now(self) -> Token:
        return self.found[self.place]

    def whole(self) -> Expression:
        expression = self._sum()
        if self.now.kind != "end":
            self._stop(N_('"%(text)s" at character %(place)s does not fit there.'))
        return expression

    def _sum(self) -> Expression:
        left = self._product()
        while self.now.kind == "sign" and self.now.text in "+-":
            op = Op(self._take().text)
            left = Binary(op, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._signed()
        while self.now.kind == "sign" and self.now.text in "*/":
            op = Op(self._take().text)
            left = Binary(op, left, self._signed())
        return left

    def _signed(self) -> Expression:
        minus = False
        while self.now.kind == "sign" and self.now.text in "+-":
            minus ^= self._take().text == "-"
        return Negative(self._operand()) if minus else self._operand()

    def _operand(self) -> Expression:
        token = self._take()
        match token.kind:
            case "number":
                return self._number(token)
            case "tag":
                return TagNumber(token.text, token.at)
            case "attribute":
                return AttributeNumber(token.text, token.at)
            case "word":
                return self._call(token) if self.now.text == "(" else TagNumber(token.text, token.at)
        if token.text == "(":
            return self._inside()
        self.place -= 1
        if token.kind == "end":
            self._stop(N_("The formula stops too early."))
        self._stop(N_('"%(text)s" at character %(place)s does not fit there.'))
        raise AssertionError

    def _number(self, token: Token) -> Expression:
        if Decimal(token.text) >= Decimal(10) ** 300:
            self._stop(N_("The number is too large."))
        return Number(Decimal(token.text))

    def _inside(self) -> Expression:
        """What stands in a bracket that was opened just now."""
        self._deeper()
        expression = self._sum()
        self._close()
        return expression

    def _call(self, name: Token) -> Expression:
        self._take()
        self._deeper()
        arguments = [self._sum()]
        while self.now.text == ",":
            self._take()
            arguments.append(self._sum())
        self._close()
        function = ALIASES.get(name.text) or (Function(name.text) if name.text in list(Function) else None)
        if function is None:
            self._unknown_function(name)
            return Number(Decimal(0))
        self._check_arguments(function, arguments, name)
        return Call(function, tuple(arguments))

    def _unknown_function(self, name: Token) -> None:
        close = nearest(name.text, [*Function, *ALIASES]) or [*Function]
        self.reading.refuse(
            self.path,
            N_('There is no function "%(name)s" (character %(place)s).'),
            N_("One of %(names)s."),
            name=name.text,
            place=name.at,
            names=", ".join(close),
        )

    def _check_arguments(self, function: Function, arguments: list[Expression], name: Token) -> None:
        fewest, most = ARGUMENTS[function]
        given = {"name": name.text, "place": name.at}
        if not fewest <= len(arguments) <= most:
            self.reading.refuse(
                self.path,
                N_('"%(name)s" at character %(place)s takes from %(fewest)s to %(most)s values.'),
                N_("Separate them by commas."),
                **given,
                fewest=fewest,
                most=most,
            )
        elif function is Function.ROUND and not _are_decimals(arguments[1:]):
            self.reading.refuse(
                self.path,
                N_('"%(name)s" at character %(place)s rounds to 0 up to %(most)s decimals.'),
                N_("For example round(spend, 2)."),
                **given,
                most=MOST_DECIMALS,
            )

    # Moving on

    def _take(self) -> Token:
        token = self.now
        self.place += token.kind != "end"
        self.steps += 1
        if self.steps > 3 * MOST_STEPS:
            self._stop(N_("The formula has too many steps."), N_("Make a tag of a part of it."))
        return token

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self._stop(N_("The formula is nested too deeply."), N_("Make a tag of a part of it."))

    def _close(self) -> None:
        self.depth -= 1
        if self.now.text != ")":
            self._stop(N_("A bracket is not closed (character %(place)s)."))
        self._take()

    def _stop(self, message: str, hint: str = HINT) -> None:
        self.reading.refuse(self.path, message, hint, text=self.now.text, place=self.now.at)
        raise _Stop


def _are_decimals(arguments: list[Expression]) -> bool:
    """Nothing, or one whole number that is small enough."""
    return all(
        isinstance(one, Number) and one.value == int(one.value) and one.value <= MOST_DECIMALS for one in arguments
    )
