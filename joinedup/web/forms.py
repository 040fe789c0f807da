"""How does a Django form's field become a field of the design system?

`kind_of`, `first_id` and `render` are what the `field` and `error_summary` macros in `web/components.html` stand on, so
that no page writes inputs by hand. `EnglishDateField` and `DateBoxesField` are the two ways to ask for a date: the
first reads what people write, the second is for a date that they know by heart. Left out: file lists and time zones.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from markupsafe import Markup

ENGLISH_DATE_FORMATS = ("%d %m %Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d")
_BAD_DATE = "Enter a real date, such as 2 3 1941"

_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
)
_MISSING = {"select": "Choose", "radios": "Choose", "checkboxes": "Choose", "checkbox": "Tick"}
_CLASSES = {"select": "nhsuk-select", "textarea": "nhsuk-textarea", "file": "nhsuk-file-upload", "text": "nhsuk-input"}


class DateBoxes(forms.MultiWidget):
    """Three boxes: day, month, year. Names end in _0, _1, _2."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes = [forms.TextInput(attrs={"inputmode": "numeric", "size": size}) for size in (2, 2, 4)]
        super().__init__(boxes, attrs)

    def decompress(self, value: date | None) -> list[int | None]:
        """The three parts of a date."""
        return [value.day, value.month, value.year] if value else [None, None, None]


class DateBoxesField(forms.MultiValueField):
    """A date asked for in three boxes; cleans to a `date`, or None when it is not required and empty."""

    widget = DateBoxes

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.IntegerField(min_value=1, max_value=limit) for limit in (31, 12, 9999)]
        super().__init__(parts, require_all_fields=True, **kwargs)

    def clean(self, value: Any) -> date | None:
        """One message for whichever box is wrong."""
        if any(value or ()) and not all(value):
            raise ValidationError("Enter the day, the month and the year", code="incomplete")
        try:
            cleaned: date | None = super().clean(value)
        except ValidationError as error:
            required = not any(value or ())
            raise error if required else ValidationError(_BAD_DATE, code="invalid") from error
        return cleaned

    def compress(self, data_list: list[int]) -> date | None:
        """The date that three numbers make; ValidationError for 31 February."""
        if not data_list:
            return None
        day, month, year = data_list
        try:
            return date(year, month, day)
        except ValueError as error:
            raise ValidationError(_BAD_DATE, code="invalid") from error


class EnglishDateField(forms.DateField):
    """A date asked for in one box, read the English way round: 2 3 1941, 2/3/1941, 2 March 1941, 1941-03-02."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ENGLISH_DATE_FORMATS)
        kwargs.setdefault("help_text", "For example, 2 3 1941")
        kwargs.setdefault("error_messages", {"invalid": _BAD_DATE})
        kwargs.setdefault("widget", forms.DateInput(format="%d %m %Y", attrs={"inputmode": "text"}))
        super().__init__(**kwargs)


def kind_of(bound: BoundField) -> str:
    """Which shape a field takes: hidden, text, textarea, select, radios, checkbox, checkboxes, file or date-boxes."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, DateBoxes):
        return "date-boxes"
    return next((kind for widget_type, kind in _KINDS if isinstance(widget, widget_type)), "text")


def first_id(bound: BoundField) -> str:
    """The id that a link in the error summary must lead to: the field's, or that of its first choice or box."""
    several = kind_of(bound) in ("radios", "checkboxes", "date-boxes")
    return f"{bound.auto_id}_0" if several else str(bound.id_for_label)


def problems(bound: BoundField) -> list[str]:
    """What is wrong with a field, each as words that make sense in the summary, away from the field.

    Django's own 'This field is required.' becomes 'Fill in “Full name”'; a message of the form's own stays.
    """
    default = forms.Field.default_error_messages["required"]
    return [
        _missing(bound) if error.code == "required" and error.message == default else text
        for error in bound.errors.as_data()
        for text in error.messages
    ]


def _missing(bound: BoundField) -> str:
    label = str(bound.label)
    verb = "Answer" if label.endswith("?") else _MISSING.get(kind_of(bound), "Fill in")
    return f"{verb} “{label}”"


def render(bound: BoundField, *, described_by: str = "", width: str = "", rows: int | None = None) -> Markup:
    """The input itself, with the design system's classes and what describes it; `width` is '2' to '30' or empty."""
    kind = kind_of(bound)
    base = _CLASSES.get(kind, "")
    own = bound.field.widget.attrs.get("class", "")
    attributes: dict[str, Any] = {"class": " ".join(part for part in (base, own) if part), "required": False}
    if not width and isinstance(bound.field.widget, forms.DateInput):
        width = "10"
    if width and kind == "text":
        attributes["class"] += f" nhsuk-input--width-{width}"
    if bound.errors and base:
        attributes["class"] += f" {base}--error"
    if described_by:
        attributes["aria-describedby"] = described_by
    if rows and kind == "textarea":
        attributes["rows"] = rows
    attributes["placeholder"] = False
    return Markup(bound.as_widget(attrs=attributes))  # noqa: S704  (Django's own widget output, already escaped)
