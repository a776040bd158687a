"""Root addresses. Each area's own start at the root: its nouns are unlike the others'."""

from django.conf import settings
from django.urls import include, path

import tundish.weblib.page.addresses  # noqa: F401 - brings the converter `key`
from tundish.web.views import choices, frame, health, mail, setup, signin
from tundish.web.views import settings as settings_views

urlpatterns = [
    path("", frame.home, name="home"),
    path("health", health.health, name="health"),
    path("sign-in", signin.sign_in, name="sign_in"),
    path("sign-out", signin.sign_out, name="sign_out"),
    path("setup", setup.setup, name="setup"),
    path("setup/next", setup.setup_next, name="setup_next"),
    path("setup/first-prospect", setup.first_prospect, name="first_prospect"),
    path("language", choices.language, name="language"),
    path("theme", choices.theme, name="theme"),
    path("toasts", frame.toasts, name="toasts"),
    path("settings", settings_views.settings, name="settings"),
    path("settings/firm", settings_views.firm, name="settings_firm"),
    path("settings/password", settings_views.password, name="settings_password"),
    path("settings/users", settings_views.users, name="settings_users"),
    path("settings/users/<key:pk>", settings_views.user, name="settings_user"),
    path("settings/mail", mail.settings_mail, name="settings_mail"),
    path("settings/mail/test", mail.mail_test, name="mail_test"),
    path("settings/mail/<key:pk>/again", mail.mail_again, name="mail_again"),
    path("settings/mail/<key:pk>/cancel", mail.mail_cancel, name="mail_cancel"),
    *[path("", include(f"{area}.urls")) for area in settings.AREAS],
]

handler403 = "tundish.web.views.frame.forbidden"
handler404 = "tundish.web.views.frame.missing"
handler500 = "tundish.web.views.frame.broken"
