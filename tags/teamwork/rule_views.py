"""The page that says what needs whose approval."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdp.access.accounts import colleagues
from cdp.access.web import page
from cdp.errors import UserError

from ..models import Category, Sensitivity
from ..workbench import said
from .approval import approval_rules
from .models import ApprovalRule
from .rules import SET, approval_rule_add, approval_rule_delete


@page(SET)
def rule_list(request: HttpRequest) -> HttpResponse:
    problems: list[str] = []
    if request.method == "POST":
        try:
            approval_rule_add(
                kind=request.POST.get("kind", ""),
                category=request.POST.get("category", ""),
                sensitivity=request.POST.get("sensitivity", ""),
                approvers=request.POST.getlist("approvers"),
                actor=request.user,
            )
        except UserError as error:
            problems = [said(problem) for problem in error.problems]
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("approvals:rules")
    context = {
        "rules": [(rule, dict(Sensitivity.choices).get(rule.sensitivity, "")) for rule in approval_rules()],
        "problems": problems,
        "typed": request.POST,
        "ticked": request.POST.getlist("approvers"),
        "categories": Category.objects.all(),
        "sensitivities": Sensitivity.choices,
        "people": colleagues(),
    }
    return render(request, "approvals/rules.html", context, status=422 if problems else 200)


@require_POST
@page(SET)
def rule_delete(request: HttpRequest, pk: int) -> HttpResponse:
    approval_rule_delete(rule=get_object_or_404(ApprovalRule, pk=pk), actor=request.user)
    messages.success(request, _("Deleted. What waits for approval by this rule only may be asked for anew."))
    return redirect("approvals:rules")
