"""Which values may a column of Client Level Data hold, however they are spelt?

Release 1 and release 2 of the return write the same values with other case and punctuation ('NFA - Other',
'NFA- Other', 'NFA: Other'; 'Carer' and 'Unpaid carer'), and files mix them. A value is compared without case, spacing
and punctuation, and answered in release 2's words; the kept row holds what was sent. Source: the CLD specification as
quoted in public code of NHS England, DHSC and councils. Left out: columns whose whole list we have not seen
(ethnicity, route of access, assessment type, review reason, methods); their values are taken as sent.
"""

from __future__ import annotations

from joinedup.exchange.csv.rows import heading_key

YES_NO = ("Yes", "No", "Unknown")

CODE_LISTS: dict[str, tuple[str, ...]] = {
    "Event Type": ("Request", "Assessment", "Service", "Review"),
    "Gender": ("Male", "Female", "Other", "Unknown"),
    "Client Type": ("Service user", "Unpaid carer", "Unpaid carer known by association"),
    "Primary Support Reason": (
        "Physical support: Access and mobility only",
        "Physical support: Personal care support",
        "Sensory support: Support for visual impairment",
        "Sensory support: Support for hearing impairment",
        "Sensory support: Support for dual impairment",
        "Support with memory and cognition",
        "Learning disability support",
        "Mental health support",
        "Social support: Substance misuse support",
        "Social support: Asylum seeker support",
        "Social support: Support for social isolation or other reason",
        "Social support: Support to unpaid carer",
        "Unknown",
    ),
    "Accommodation Status": (
        "Owner occupier or shared ownership scheme",
        "Tenant: Local authority or other social housing provider",
        "Tenant: Private landlord",
        "Settled mainstream housing with family or friends",
        "Supported accommodation, supported lodgings or supported group home",
        "Shared Lives scheme",
        "Approved premises for offenders released from prison or under probation supervision",
        "Sheltered housing, extra care housing or other sheltered housing",
        "Mobile accommodation for Gypsy, Roma and Traveller communities",
        "Rough sleeper or squatting",
        "Night shelter, emergency hostel or direct access hostel",
        "Refuge",
        "Placed in temporary accommodation by the council (inc. homelessness resettlement)",
        "Staying with family or friends as a short term guest",
        "Acute hospital or long term healthcare residential facility",
        "Registered care home",
        "Registered nursing home",
        "Prison, young offenders institution or detention centre",
        "Other temporary accommodation",
        "Unknown",
        "Unknown: Presumed at home",
        "Unknown: Presumed in community",
    ),
    "Employment Status": (
        "Paid: Less than 16 hours a week",
        "Paid: 16 or more hours a week",
        "Paid: Hours per week unknown",
        "Not in paid employment: Seeking work",
        "Not in paid employment: Not actively seeking work or retired",
        "Not in paid employment: Voluntary work only",
        "Unknown",
    ),
    "Has Unpaid Carer": YES_NO,
    "Autism Spectrum Disorder (ASD)": YES_NO,
    "Dementia": YES_NO,
    "Visual Impairment": (
        "Blind/severely sight impaired",
        "Partial sight/sight impaired",
        "No visual impairment",
        "Visual impairment: Severity unknown",
        "Unknown",
    ),
    "Hearing Impairment": (
        "Deaf with speech",
        "Deaf without speech",
        "Hard of hearing",
        "No hearing impairment",
        "Hearing impairment: Severity unknown",
        "Unknown",
    ),
    "Client Funding Status": (
        "Fully client funded",
        "Joint client and social care funded",
        "Fully social care funded",
        "Unknown",
    ),
    "Event Outcome": (
        "Progress to reablement/ST-Max",
        "Progress to assessment, review or reassessment",
        "Progress to support planning or services",
        "Progress to financial assessment",
        "Progress to end of life care",
        "Continuation of support or services",
        "Provision of service",
        "Admitted to hospital",
        "NFA: Support ended as planned",
        "NFA: Responsibility moved to another local authority",
        "NFA: Referral to NHS services or NHS funded social care",
        "NFA: Referral to other service within the local authority",
        "NFA: Self-funded client or under 12wk disregard",
        "NFA: Support declined",
        "NFA: Information and advice or signposting",
        "NFA: Deceased",
        "NFA: No services offered for other reason",
        "NFA: Support ended for other reason",
        "NFA: Other",
    ),
    "Service Type": (
        "Short term support: ST-Max",
        "Short term support: Ongoing low level",
        "Short term support: Other short term",
        "Long term support: Nursing care",
        "Long term support: Residential care",
        "Long term support: Community",
        "Long term support: Prison",
        "Unpaid carer support: Direct to unpaid carer",
        "Unpaid carer support: Support involving the person cared-for",
    ),
    "Service Component": (
        "Reablement",
        "Short term nursing care",
        "Short term residential care",
        "Long term nursing care",
        "Long term residential care",
        "Home support or domiciliary care",
        "Day support",
        "Meals",
        "Transport",
        "Equipment",
        "Direct payment",
        "Shared Lives",
        "Community supported living",
        "Extra care housing",
        "Professional support: Social worker",
        "Professional support: Other",
        "Learning, education or employment support",
        "End of life care",
        "Emergency support",
        "Other short term support",
        "Other long term support",
        "Unpaid carer respite",
        "Unpaid carer sitting service",
        "Unpaid carer universal services",
        "Other unpaid carer support",
    ),
    "Delivery Mechanism": (
        "CASSR commissioned support",
        "CASSR managed personal budget",
        "Direct payment",
    ),
    "Cost Frequency (Unit Type)": (
        "No charge to client",
        "Per session",
        "Hourly",
        "Daily",
        "Weekly",
        "Fortnightly",
        "4-weekly",
        "Monthly",
        "Quarterly",
        "Annually",
        "One-off",
    ),
}

# Release 1 wording, and wording seen in files -> release 2 wording.
_OTHER_WORDINGS: dict[str, dict[str, str]] = {
    "Client Type": {
        "Carer": "Unpaid carer",
        "Carer known by association": "Unpaid carer known by association",
    },
    "Event Outcome": {
        "Progress to assessment": "Progress to assessment, review or reassessment",
        "Progress to assessment, review, or reassessment": "Progress to assessment, review or reassessment",
        "Progress to re-assessment / unplanned review": "Progress to assessment, review or reassessment",
        "Progress to support planning / services": "Progress to support planning or services",
        "Progress to support or service planning": "Progress to support planning or services",
        "No change in package": "Continuation of support or services",
        "NFA - Moved to another LA": "NFA: Responsibility moved to another local authority",
        "NFA - 100% NHS funded care": "NFA: Referral to NHS services or NHS funded social care",
        "NFA - Self-funded client (inc. 12wk disregard)": "NFA: Self-funded client or under 12wk disregard",
        "NFA: Self-funded client or under 12 week disregard": "NFA: Self-funded client or under 12wk disregard",
        "NFA - Information & advice / signposting only": "NFA: Information and advice or signposting",
        "NFA: Client deceased": "NFA: Deceased",
        "Service ended as planned": "NFA: Support ended as planned",
        "NFA - Support ended: other reason": "NFA: Support ended for other reason",
        "NFA - No services offered: other reason": "NFA: No services offered for other reason",
    },
    "Service Type": {
        "Carer Support: Direct to Carer": "Unpaid carer support: Direct to unpaid carer",
        "Carer Support: Support involving the person cared-for": (
            "Unpaid carer support: Support involving the person cared-for"
        ),
    },
    "Service Component": {
        "Carer respite": "Unpaid carer respite",
        "Carer sitting service": "Unpaid carer sitting service",
        "Carer universal services": "Unpaid carer universal services",
        "Other carer support": "Other unpaid carer support",
    },
    "Visual Impairment": {"No": "No visual impairment"},
    "Hearing Impairment": {"No": "No hearing impairment"},
    "Cost Frequency (Unit Type)": {
        "Per hour": "Hourly",
        "Hour": "Hourly",
        "Session": "Per session",
        "Per day": "Daily",
        "Day": "Daily",
        "Per week": "Weekly",
        "Week": "Weekly",
        "Four weekly": "4-weekly",
        "Annual": "Annually",
    },
}


def value_key(value: str) -> str:
    """A value without case, spacing and punctuation; '&' is 'and', 'No further action' is 'NFA'.

    >>> value_key("NFA - Information & advice") == value_key("No Further Action: information and advice")
    True
    """
    key = heading_key(value.replace("&", " and "))
    return "nfa" + key.removeprefix("nofurtheraction") if key.startswith("nofurtheraction") else key


_KNOWN: dict[str, dict[str, str]] = {
    column: {value_key(value): value for value in values}
    | {value_key(other): value for other, value in _OTHER_WORDINGS.get(column, {}).items()}
    for column, values in CODE_LISTS.items()
}


def known_value(column: str, sent: str) -> str | None:
    """The value in release 2's words; None when the column's list does not hold it. Raises KeyError without a list.

    >>> known_value("Event Outcome", "NFA- Other")
    'NFA: Other'
    """
    return _KNOWN[column].get(value_key(sent))
