"""What a program is answered that the rules refuse: {code, message, facts}, and all faults at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from jejaring.documents.language import Language, language
from jejaring.domain.mapping.plausible import Doubtful
from jejaring.domain.parties.access import NotAllowed, NotThere
from jejaring.domain.parties.tokens import ReadsOnly
from jejaring.engines.errors import Fault, Faults, Refusal, Sentence
from jejaring.engines.quantities import plain_text

HOME = "/api/"
_log = logging.getLogger("jejaring.refused")


def _decimal(places: int) -> Sentence:
    return Sentence(
        "field.decimal",
        "Write this as text with a point and at most {places} decimals, like “6500.5”, or as a whole number.",
        {"places": places},
    )


_FORM = {
    "missing": Sentence("field.missing", "This is missing."),
    "extra_forbidden": Sentence("field.unknown", "There is no field of this name here."),
    "month": Sentence("field.month", "Write a month like 2026-03."),
    "day": Sentence("field.day", "Write a day like 2026-03-31."),
    "decimal_3": _decimal(3),
    "decimal_6": _decimal(6),
    "unprintable": Sentence(
        "field.unprintable", "There is a sign in this that can't be shown. Please type it again."
    ),
    "int_type": Sentence("field.whole", "Write a whole number."),
    "int_parsing": Sentence("field.whole", "Write a whole number."),
    "int_from_float": Sentence("field.whole", "Write a whole number."),
    "int_parsing_size": Sentence("field.whole", "Write a whole number."),
    "string_type": Sentence("field.text", "Write this as text."),
    "string_too_long": Sentence("field.at_most_letters", "At most {max_length} letters, please."),
    "bool_type": Sentence("field.yes_or_no", "Write true or false."),
    "bool_parsing": Sentence("field.yes_or_no", "Write true or false."),
    "list_type": Sentence("field.list", "Write this as a list."),
    "too_long": Sentence("field.at_most", "At most {max_length} of these at once, please."),
    "too_short": Sentence("field.empty", "Please fill this in."),
    "greater_than_equal": Sentence("field.least", "Write {ge} or more."),
    "less_than_equal": Sentence("field.most", "Write {le} or less."),
    "literal_error": Sentence("field.choice", "Choose one of these: {expected}."),
    "uuid_parsing": Sentence("field.key", "Write a UUID."),
    "uuid_type": Sentence("field.key", "Write a UUID."),
}
"""What the library, or one of the readers in `figures`, calls a fault of form -> how it is told."""
_OTHER_FORM = Sentence("field.form", "This doesn't have the form that the description asks for.")
_WRONG = Sentence("fields.wrong", "{count} of what you filled in must be mended.")
_NOBODY = Sentence("api.no_key", "Send a key that holds: Authorization: Bearer …")
_CROWD = Sentence("api.too_many", "Too many requests with this key. Wait {wait_seconds} seconds.")
_UNREADABLE = Sentence("api.unreadable", "What was sent isn't JSON.")
_NO_ADDRESS = Sentence(
    "api.no_address", "There is no such address here. /api/v1/openapi.json names all there are."
)
_METHOD = Sentence("api.method", "This address doesn't take {method}, only {allowed}.")
_BROKEN = Sentence("api.broken", "Something broke on our side. It was noted; please try again later.")
_LARGE = Sentence("api.too_large", "What was sent is too large. Send it in parts.")


def wanted_language(request: HttpRequest) -> Language:
    """Return the language that a program asks for; Indonesian where it asks for none of ours."""
    for name, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        if name[:2] in {"id", "en"}:
            return language("id" if name.startswith("id") else "en")
    return language("id")


def told(speaks: Language, sentence: Sentence) -> dict[str, Any]:
    """Return a sentence for programs and people."""
    return {
        "code": sentence.code,
        "message": speaks.sentence(sentence),
        "facts": {name: _plain(value) for name, value in sentence.facts.items()},
    }


def put_into(api: NinjaAPI) -> None:
    """Have an API answer refusals in this form."""
    answers: tuple[tuple[type[Exception], Any], ...] = (
        (Refusal, _refused),
        (ValidationError, _malformed),
        (AuthenticationError, _nobody),
        (Throttled, _crowd),
        (HttpError, _unreadable),
        (RequestDataTooBig, _large),
        (Http404, _not_there),
    )
    for kind, answer in answers:
        api.add_exception_handler(kind, answer)


class SameFormMiddleware:
    """Gives answers that Django makes itself, for programs, the form of a refusal: 404, 405 and 500.

    It stands around all that may break; what broke is in the log, not in the answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not request.path.startswith(HOME) or response.headers.get("Content-Type") == "application/json":
            return response
        sentence = _of_django(request, response)
        if sentence is None:
            return response
        speaks = wanted_language(request)
        answer = _answer(speaks, told(speaks, sentence), response.status_code)
        for name, value in response.headers.items():
            if not name.startswith("Content-"):
                answer.headers.setdefault(name, value)
        return answer


def _of_django(request: HttpRequest, response: HttpResponse) -> Sentence | None:
    """Return what an answer of Django's own means; None: it is to stay as it is."""
    if response.status_code == 404:
        return _NO_ADDRESS
    if response.status_code == 405:
        facts = {"method": (request.method or "")[:20], "allowed": response.headers.get("Allow", "")}
        return Sentence(_METHOD.code, _METHOD.text, facts)
    # Whoever develops wants to see where it broke.
    return _BROKEN if response.status_code == 500 and not settings.DEBUG else None


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    speaks = wanted_language(request)
    if isinstance(refusal, NotAllowed | NotThere):
        page = request.resolver_match.route if request.resolver_match else ""
        _log.info("refused: %s at %s, user %s", refusal.sentence.code, page, request.user.pk)
    body = told(speaks, refusal.sentence)
    if isinstance(refusal, Doubtful):
        body["doubts"] = [told(speaks, doubt) for doubt in refusal.doubts]
    if isinstance(refusal, Faults):
        body["faults"] = [_fault(speaks, each) for each in refusal.faults]
    return _answer(speaks, body, _status(refusal))


def _fault(speaks: Language, fault: Fault) -> dict[str, Any]:
    said = told(speaks, fault.wrong)
    if fault.right is not None:
        said["message"] += f" {speaks.sentence(fault.right)}"
    return {"field": str(fault.place), **said}


def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    speaks = wanted_language(request)
    faults = [
        {"field": _field(each["loc"]), **told(speaks, _form(each["type"], each.get("ctx", {})))}
        for each in error.errors
    ]
    count = Sentence(_WRONG.code, _WRONG.text, {"count": len(faults)})
    return _answer(speaks, told(speaks, count) | {"faults": faults}, 422)


def _form(kind: str, facts: Mapping[str, Any]) -> Sentence:
    # What our own readers refuse comes as a value error that says which.
    said = str(facts.get("error", "")) if kind == "value_error" else kind
    rule = _FORM.get(said, _OTHER_FORM)
    own = {name: value for name, value in facts.items() if name != "error"}
    return Sentence(rule.code, rule.text, {**rule.facts, **own})


def _field(loc: Iterable[Any]) -> str:
    """Return answers[0].kg of ("body", "sent", "answers", 0, "kg")."""
    source, *parts = loc
    if source == "body":
        parts = parts[1:]
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path[:200]


def _nobody(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    speaks = wanted_language(request)
    response = _answer(speaks, told(speaks, _NOBODY), 401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _crowd(request: HttpRequest, error: Throttled) -> HttpResponse:
    speaks = wanted_language(request)
    wait = int(error.wait or 0) + 1
    return _answer(speaks, told(speaks, Sentence(_CROWD.code, _CROWD.text, {"wait_seconds": wait})), 429)


def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    speaks = wanted_language(request)
    return _answer(speaks, told(speaks, _UNREADABLE), error.status_code)


def _large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    speaks = wanted_language(request)
    return _answer(speaks, told(speaks, _LARGE), 413)


def _not_there(request: HttpRequest, _error: Http404) -> HttpResponse:
    speaks = wanted_language(request)
    return _answer(speaks, told(speaks, NotThere().sentence), 404)


def _answer(speaks: Language, body: dict[str, Any], status: int) -> HttpResponse:
    body = {"faults": [], "doubts": [], **body}
    return JsonResponse(body, status=status, headers={"Content-Language": speaks.code})


def _status(refusal: Refusal) -> int:
    if isinstance(refusal, NotThere):
        return 404
    if isinstance(refusal, NotAllowed | ReadsOnly):
        return 403
    return 409 if isinstance(refusal, Doubtful) else 422


def _plain(value: object) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return plain_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return str(value)
