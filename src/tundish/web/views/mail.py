"""Settings of outgoing mail: the server, a test, and what waits or went wrong."""

from collections import Counter

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tundish.terms import from_micros
from tundish.web.mail_form import MailServerForm
from tundish.weblib.access.rights import requires
from tundish.weblib.outbox import queue, sending
from tundish.weblib.outbox.models import Mail, MailServer, State
from tundish.weblib.page import page, toast, workspace_for

_ON_A_PAGE = 50


@sensitive_post_parameters("password")
@requires("manage_firm")
def settings_mail(request: HttpRequest) -> HttpResponse:
    """The mail server and the outbox; POST saves the server."""
    form = MailServerForm(request.POST or None, instance=MailServer.objects.first())
    if request.method == "POST" and form.is_valid():
        form.save()
        toast(request, _("The mail server was saved. Send a test mail to see whether it works."))
        return redirect("settings_mail")
    server = MailServer.objects.first()
    mails = Mail.objects.all()
    chosen = request.GET.get("state", "")
    if chosen in State.values:
        mails = mails.filter(state=chosen)
    counts = Counter(Mail.objects.values_list("state", flat=True))
    context = {
        "form": form,
        "server": server,
        "mails": Paginator(mails, _ON_A_PAGE).get_page(request.GET.get("page")),
        "states": [
            (value, label, counts[value]) for value, label in State.choices if counts[value]
        ],
        "chosen": chosen,
        "total": sum(counts.values()),
    }
    return page(request, "settings_mail.html", context, status=422 if form.is_bound else 200)


@requires("manage_firm")
@require_POST
def mail_test(request: HttpRequest) -> HttpResponse:
    """Send one mail to oneself at once, and say what the server answered."""
    server = MailServer.objects.first()
    if server is None:
        toast(request, _("Save the mail server first."), level="warning")
        return redirect("settings_mail")
    now = from_micros(workspace_for(request).now())
    mail = queue.enqueue(
        key=f"test:{request.user.pk}:{now.isoformat()}",
        to=request.user.email,
        subject=_("A test mail from %(firm)s") % {"firm": workspace_for(request).firm.name},
        text=_("This mail came through your mail server. Tundish can send."),
        purpose="test",
        language=request.LANGUAGE_CODE,
        now=now,
    )
    claimed = queue.claim_one(mail.pk, now)
    if claimed is None:  # the worker was faster
        toast(request, _("The test mail is on its way; see below."))
        return redirect("settings_mail")
    answer = sending.send(server, claimed)
    # A person waits for the answer and may press again: a test is not tried again by itself.
    if answer.outcome is sending.Outcome.LATER:
        answer = sending.Answer(sending.Outcome.REFUSED, answer.text)
    queue.note(claimed, answer, now=from_micros(workspace_for(request).now()))
    if answer.outcome is sending.Outcome.TAKEN:
        toast(request, _("The server took the test mail to %(to)s.") % {"to": mail.to})
    else:
        text = _("The server did not take the test mail: %(answer)s") % {"answer": answer.text}
        toast(request, text, level="error")
    return redirect("settings_mail")


@requires("manage_firm")
@require_POST
def mail_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a mail that did not go out, or may not have, wait once more."""
    done = queue.again(pk, now=from_micros(workspace_for(request).now()))
    text = _("The mail waits to be sent again.") if done else _("This mail cannot be sent again.")
    toast(request, text, level="success" if done else "warning")
    return redirect("settings_mail")


@requires("manage_firm")
@require_POST
def mail_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a waiting mail from going out."""
    done = queue.cancel(pk)
    text = _("The mail will not be sent.") if done else _("This mail waits no longer.")
    toast(request, text, level="success" if done else "warning")
    return redirect("settings_mail")
