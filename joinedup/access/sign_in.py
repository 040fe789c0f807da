"""Signing in and out: django-allauth proves who somebody is, then the role `gate` issues the token that pages enter by.

The token travels in its own HttpOnly cookie. Everything here works on sign-in tables through `gate`; no page of care
does.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from joinedup.access.logbook import note
from joinedup.access.queries import demo_accounts, demo_user
from joinedup.access.sessions import close_session, open_session
from joinedup.base.errors import NotAllowed


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks: nobody signs themselves up, and a proven user gets a token."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by whoever manages access."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **words: Any) -> HttpResponse:
        """After password and second factor: the token, in its cookie."""
        response: HttpResponse = super().post_login(request, user, **words)
        return with_token(response, open_session(user_id=user.id))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A failed attempt is a line of the log, without the name that was tried."""
        super().authentication_failed(request, **credentials)
        note("session.opened", outcome="refused", reason="wrong-password", using="gate")


class SignIn(LoginView):
    """The sign-in page; in demo mode it also offers the invented accounts, one click each."""

    def get_context_data(self, **words: Any) -> dict[str, Any]:
        """The page's words, with the demo accounts where there are any."""
        accounts = demo_accounts() if settings.DEMO_MODE else []
        return {**super().get_context_data(**words), "demo_accounts": accounts}


def with_token(response: HttpResponse, token: str) -> HttpResponse:
    """Put the token into its cookie: not readable by script, not sent from other sites."""
    response.set_cookie(
        settings.TOKEN_COOKIE, token, httponly=True, samesite="Lax", secure=settings.TOKEN_COOKIE_SECURE
    )
    return response


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click signs in as an invented member of staff; there is no such thing outside demo mode."""
    user = demo_user(request.POST.get("username", "")) if settings.DEMO_MODE else None
    if user is None:
        raise NotAllowed(
            "demo-only", "One-click sign-in is not available.", "It exists in demo mode, for demo accounts only.",
            "Sign in with your own name and password.",
        )  # fmt: skip
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = resolve_url(settings.LOGIN_REDIRECT_URL)
    return with_token(HttpResponseRedirect(target), open_session(user_id=user.id))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the token at once, and the sign-in session with it."""
    token = request.COOKIES.get(settings.TOKEN_COOKIE, "")
    if token:
        close_session(token=token)
    logout(request)
    response = HttpResponseRedirect(reverse("desk:home"))
    response.delete_cookie(settings.TOKEN_COOKIE)
    return response
