"""Addresses of signing in and out: only the pages of django-allauth that this program offers."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path

from joinedup.access import sign_in

urlpatterns = [
    path("", sign_in.SignIn.as_view(), name="account_login"),
    path("demo", sign_in.demo_sign_in, name="demo_sign_in"),
    path("out", sign_in.sign_out, name="sign_out"),
    path("leave", account.logout, name="account_logout"),
    path("closed", account.account_inactive, name="account_inactive"),
    path("again", account.reauthenticate, name="account_reauthenticate"),
    path("password", account.password_change, name="account_change_password"),
    path("second-factor", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/again", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("security", mfa.index, name="mfa_index"),
    path("security/totp/on", totp.activate_totp, name="mfa_activate_totp"),
    path("security/totp/off", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/codes", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/codes/new", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("security/codes/file", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
