"""Rows of pooled funds: who shares one, its accounts, its journals and their postings, and its checkpoints.

Only a fund's closing day ever changes; everything else is written once, and a mistake is put right by a new journal
that names the one it corrects. What must hold across rows (a journal balances for each holder, its postings stay in
its fund, its day is open) stands in sql/. Times of the law are days in England; `recorded_at` is an instant. Left out:
budgets, commitments and value added tax.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from joinedup.base.identifiers import new_id
from joinedup.places.models import Body, Place, ends_after_start, one_of

SECTION_75 = "National Health Service Act 2006, section 75"
SIDES = [("nhs", "The NHS"), ("council", "The council")]
ACCOUNT_KINDS = [
    ("asset", "Asset"),
    ("liability", "Liability"),
    ("equity", "Equity"),
    ("income", "Income"),
    ("expense", "Expense"),
]
CORRECTIONS = ("reversal", "replacement")


def shaped(name: str, column: str, pattern: str) -> models.CheckConstraint:
    """A named constraint: the column looks like the pattern."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{column}__regex": pattern}))


class Fund(models.Model):
    """A fund that partners pool in a place, kept by a host. `closed_through` is the last day that takes no entries."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    host = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    statutory_basis = models.CharField(max_length=160, default=SECTION_75)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    closed_through = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="fund_code_once"),
            shaped("fund_code_shape", "code", r"^[A-Z][A-Z0-9-]{1,19}$"),
            models.CheckConstraint(name="fund_names_its_law", condition=~Q(statutory_basis="")),
            ends_after_start("fund_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FundPartner(models.Model):
    """A body that shares in a fund, and the side whose account it appears in."""

    id = models.UUIDField(primary_key=True, default=new_id)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="partners")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=SIDES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "body"], name="body_partner_in_fund_once"),
            one_of("fund_partner_side_known", "side", SIDES),
        ]


class PartnerTerms(models.Model):
    """From this day until the next terms: what the partner puts in, and its parts of what is shared.

    Parts are whole numbers in proportion to the other partners' (60 and 40; 3 and 2). `basis` says where it was agreed.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    partner = models.ForeignKey(FundPartner, on_delete=models.PROTECT, related_name="terms")
    starts_on = models.DateField()
    share_parts = models.PositiveIntegerField()
    contribution_pence = models.BigIntegerField(null=True)
    basis = models.CharField(max_length=160)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "starts_on"], name="partner_terms_once_a_day"),
            models.CheckConstraint(
                name="partner_contribution_not_negative",
                condition=Q(contribution_pence__isnull=True) | Q(contribution_pence__gte=0),
            ),
        ]


class Account(models.Model):
    """One account of a fund, held by a partner, or by the people who pay charges when no partner is named.

    The code is purpose and holder ('cash:QJK', 'charges:people'). `earmark` names what the money may be used for.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="accounts")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=ACCOUNT_KINDS)
    partner = models.ForeignKey(FundPartner, null=True, on_delete=models.PROTECT, related_name="accounts")
    earmark = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "code"], name="account_code_once_in_fund"),
            models.UniqueConstraint(fields=["id", "fund"], name="account_with_its_fund"),
            shaped("account_code_shape", "code", r"^[a-z][a-z0-9-]*:(people|[A-Z0-9][A-Z0-9-]*)$"),
            one_of("account_kind_known", "kind", ACCOUNT_KINDS),
        ]

    def __str__(self) -> str:
        return self.code


class Journal(models.Model):
    """One entry: its day, its number in the fund, what it came from, and what it corrects if it does.

    `number` counts each fund's journals without a gap, by the database. The source is a kind and a key of another step
    ('delivered_week'), with the purpose of this entry, so that nothing is posted twice. The memo is a code, never text.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="journals")
    number = models.BigIntegerField()
    dated_on = models.DateField()
    recorded_at = models.DateTimeField()
    by_id = models.UUIDField()
    memo = models.CharField(max_length=40)
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField()
    purpose = models.CharField(max_length=40)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    request_key = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fund", "number"], name="journal_number_once_in_fund"),
            models.UniqueConstraint(fields=["id", "fund"], name="journal_with_its_fund"),
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "purpose"],
                condition=Q(corrects__isnull=True),
                name="source_posted_once",
            ),
            models.UniqueConstraint(
                fields=["corrects", "purpose"], condition=Q(corrects__isnull=False), name="journal_corrected_once"
            ),
            models.CheckConstraint(
                name="journal_correction_says_so",
                condition=Q(corrects__isnull=True) & ~Q(purpose__in=CORRECTIONS)
                | Q(corrects__isnull=False) & Q(purpose__in=CORRECTIONS),
            ),
            models.CheckConstraint(name="journal_corrects_another", condition=~Q(corrects=F("id"))),
            shaped("journal_memo_is_a_code", "memo", r"^[a-z][a-z0-9-]*$"),
            shaped("journal_source_is_a_code", "source_kind", r"^[a-z][a-z0-9_]*$"),
            shaped("journal_purpose_is_a_code", "purpose", r"^[a-z][a-z0-9_-]*$"),
        ]
        indexes = [models.Index(fields=["fund", "dated_on", "number"], name="journal_by_day")]


class Posting(models.Model):
    """One line of a journal: debit positive, credit negative, in pence. Day and number are its journal's."""

    id = models.UUIDField(primary_key=True, default=new_id)
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="postings", db_index=False)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings", db_index=False)
    line = models.PositiveSmallIntegerField()
    amount_pence = models.BigIntegerField()
    dated_on = models.DateField()
    number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journal", "line"], name="posting_line_once_in_journal"),
            models.CheckConstraint(name="posting_is_not_nothing", condition=~Q(amount_pence=0)),
        ]
        indexes = [
            models.Index(
                fields=["account", "dated_on", "number", "line"], include=["amount_pence"], name="posting_by_day"
            ),
            models.Index(fields=["account", "number"], include=["amount_pence", "dated_on"], name="posting_by_number"),
        ]


class Checkpoint(models.Model):
    """What an account held after `through_on`, counting journals up to `through_number`: true for ever, by both marks.

    A balance is the newest checkpoint and what came since, whether by day or by number. Only
    access.checkpoint_fund() writes them.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="checkpoints", db_index=False)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="+")
    through_on = models.DateField()
    through_number = models.BigIntegerField()
    balance_pence = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "through_on", "through_number"], name="checkpoint_once_a_day_and_number"
            )
        ]
