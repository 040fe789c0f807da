"""What may somebody be to a person, and which sorts of alert are there? Data for models, forms and pages."""

from __future__ import annotations

KINDS: tuple[tuple[str, str], ...] = (
    ("partner", "Husband, wife or partner"),
    ("child", "Son or daughter"),
    ("parent", "Mother or father"),
    ("sibling", "Brother or sister"),
    ("family", "Other family"),
    ("friend", "Friend"),
    ("neighbour", "Neighbour"),
    ("attorney", "Attorney (lasting power of attorney)"),
    ("deputy", "Deputy (Court of Protection)"),
    ("advocate", "Advocate"),
    ("other", "Somebody else close"),
)
KINDS_BACK: tuple[tuple[str, str], ...] = (
    ("partner", "Husband, wife or partner"),
    ("child", "Mother or father"),
    ("parent", "Son or daughter"),
    ("sibling", "Brother or sister"),
    ("family", "Other family"),
    ("friend", "Friend"),
    ("neighbour", "Neighbour"),
    ("attorney", "Has this person as attorney"),
    ("deputy", "Has this person as deputy"),
    ("advocate", "Has this person as advocate"),
    ("other", "Somebody else close"),
)
"""What the person, on whose record it was told, is to the one who was named there."""

SAFEGUARDING, ADJUSTMENT, LEGAL, ADVANCE, OTHER = (
    "Safeguarding", "Reasonable adjustment", "Legal", "Advance decision", "Other alert",
)  # fmt: skip
ALERTS: tuple[tuple[str, str], ...] = (
    ("safeguarding", SAFEGUARDING),
    ("adjustment", ADJUSTMENT),
    ("legal", LEGAL),
    ("advance", ADVANCE),
    ("other", OTHER),
)
"""The sorts of alert, by the same words as the readers of files give them."""

LEGAL_ALERTS = (LEGAL, ADVANCE)
