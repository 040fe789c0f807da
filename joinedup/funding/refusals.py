"""What does it mean in words when the database refuses to hand an appeal over?"""

from __future__ import annotations

from contextlib import AbstractContextManager

from joinedup.access.refusals import in_words_of
from joinedup.base.errors import NotNow

REFUSALS: dict[str, tuple[str, str, str]] = {
    "appeal_handed_while_it_waits": ("This appeal was answered.", "Nothing waits any more.", "Open it again."),
    "appeal_handed_by_its_present_owner": (
        "Somebody else owns this appeal by now.", "It was handed over meanwhile.", "Open it again.",
    ),
    "appeal_handed_to_another": ("It is theirs already.", "", "Choose somebody else."),
    "appeal_handed_to_who_may_answer": (
        "They decided the charge or raised this.", "Somebody else looks at it again.", "Choose somebody else.",
    ),
    "appeal_handed_to_somebody_in_post": (
        "They hold no office here in which they could answer it.", "Their office ended, or is another.",
        "Choose a practitioner, a case manager, a commissioner or the accounting officer in post.",
    ),
}  # fmt: skip


def in_words() -> AbstractContextManager[None]:
    """Turn a refusal by a known constraint of appeals into its words."""
    return in_words_of({name: (NotNow, *words) for name, words in REFUSALS.items()})
