"""What can every template use?

The one Jinja environment, named in settings as the backend's `environment`. It finds our templates first and the design
system's macros second; a missing value is empty and may be asked for its parts (the macros rely on that). Everything is
escaped unless a template says otherwise.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import conditional_escape
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from joinedup.web import forms, words
from joinedup.web.paths import url


def environment(**options: Any) -> Environment:
    """The environment for Django's Jinja2 backend; `options` are the backend's, its loader over DIRS among them."""
    loader = ChoiceLoader([options.pop("loader"), PackageLoader("nhsuk_frontend_jinja")])
    options |= {"loader": loader, "undefined": ChainableUndefined, "autoescape": True}
    made = Environment(trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701  (autoescape stands in options)
    made.globals.update(static=static, url=url, icons=f"{settings.STATIC_URL}nhsuk/assets")
    made.globals.update(kind_of=forms.kind_of, first_id=forms.first_id, problems=forms.problems, render=forms.render)
    made.filters.update(
        money=words.money,
        date=words.day,
        instant=words.instant,
        nhs_number=words.nhs_number,
        label=words.label,
        made_safe=conditional_escape,  # a hint of Django's own may be mark-up that is only made when it is read
    )
    return made
