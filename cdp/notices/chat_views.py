"""Where a person chooses how to be told, and where an administrator looks after the chats of groups."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cdp.access.web import is_htmx, page, person

from . import chats as services
from .channels.mail import is_set_up
from .channels.registry import CHATS
from .chat_pages import Choices, chat_line, chat_lines, log_of
from .forms import ChatForm, PreferenceForm
from .laying import mail_outlet
from .models import ICONS, Outlet, SendingState
from .preferences import preference_save


@page()
def choices(request: HttpRequest) -> HttpResponse:
    form = PreferenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        preference_save(person=person(request), language=form.cleaned_data["language"], wishes=form.wishes())
        messages.success(request, gettext("Saved."))
        return redirect("notices:choices")
    shown = {"page": Choices.of(person(request), ICONS), "form": form}
    return render(request, "notices/choices.html", shown, status=422 if form.errors else 200)


@require_POST
@page()
def mail_test(request: HttpRequest) -> HttpResponse:
    if not (is_set_up() and person(request).email):
        messages.error(
            request, gettext("Nothing was sent: there is no mail server, or no address in your account.")
        )
    else:
        services.mail_test(person=person(request))
        messages.success(request, gettext("A test message is on its way; below stands what came of it."))
    return redirect("notices:choices")


@page(administrators_only=True)
def chat_list(request: HttpRequest) -> HttpResponse:
    mail = mail_outlet() if is_set_up() else None
    shown = {"lines": chat_lines(services.chats_seen(request.user)), "mail": mail}
    return render(request, "notices/chats.html", shown)


@page(administrators_only=True)
def new(request: HttpRequest) -> HttpResponse:
    form = ChatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = services.chat_create(wish=form.wish(), actor=person(request))
        return redirect("notices:chat", made.pk)
    return _form(request, form, None)


@page(administrators_only=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    chat = _chat(request, pk)
    form = ChatForm(request.POST or None, chat=chat)
    if request.method == "POST" and form.is_valid():
        services.chat_change(chat=chat, wish=form.wish(), actor=person(request))
        messages.success(request, gettext("Saved."))
        return redirect("notices:chat", pk)
    return _form(request, form, chat)


def _form(request: HttpRequest, form: ChatForm, chat: Outlet | None) -> HttpResponse:
    shown = {"form": form, "chat": chat, "platforms": CHATS}
    return render(request, "notices/chat_edit.html", shown, status=422 if form.errors else 200)


@page(administrators_only=True)
def chat(request: HttpRequest, pk: int) -> HttpResponse:
    """The log alone, when it looks again by itself."""
    found = _chat(request, pk)
    lines = log_of(found)
    moving = found.is_on and any(line.row.state in (SendingState.WAITING, SendingState.SENDING) for line in lines)
    shown = {"line": chat_line(found), "chat": found, "log": lines, "is_moving": moving}
    return render(request, "notices/chat_log.html" if is_htmx(request) else "notices/chat.html", shown)


@require_POST
@page(administrators_only=True)
def test(request: HttpRequest, pk: int) -> HttpResponse:
    services.chat_test(chat=_chat(request, pk), actor=person(request))
    messages.success(request, gettext("A test message is on its way; below stands what came of it."))
    return redirect("notices:chat", pk)


@require_POST
@page(administrators_only=True)
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    is_on = request.POST.get("is_on") == "1"
    services.chat_switch(chat=_chat(request, pk), is_on=is_on, actor=person(request))
    messages.success(
        request, gettext("The group is told again.") if is_on else gettext("The group is told nothing any more.")
    )
    return redirect("notices:chat", pk)


@require_POST
@page(administrators_only=True)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = _chat(request, pk)
    services.chat_delete(chat=found, actor=person(request))
    messages.success(request, gettext("“%(name)s” was deleted, with its log.") % {"name": found.name})
    return redirect("notices:chats")


def _chat(request: HttpRequest, pk: int) -> Outlet:
    return get_object_or_404(services.chats_seen(request.user), pk=pk)
