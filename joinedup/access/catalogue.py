"""Every table of the database: is it personal, why, and what may each database role do with it?

A table in neither state fails a test, history and queue tables included. Personal tables carry row security. The
privileges here are applied after each migration (config/databases.py) and compared with the database by a test. Tables
of the schema `access` (the signing key, sessions, delegations) are not listed: no role but their owner may touch them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """Whether a table is personal, why, and role -> privileges."""

    personal: bool
    why: str
    privileges: Mapping[str, str] = field(default_factory=dict)


def _personal(why: str, **privileges: str) -> Table:
    return Table(True, why, privileges)


def _plain(why: str, **privileges: str) -> Table:
    return Table(False, why, privileges)


READ_ALL = dict.fromkeys(("app", "worker", "loader", "linker", "public_reader", "gate"), "select")
READ_STAFF = dict.fromkeys(("app", "worker", "loader", "linker"), "select")
SIGN_IN = {"gate": "select, insert, update, delete"}
QUEUE = {"worker": "select, insert, update, delete", "app": "select, insert"}
WRITE = "select, insert, update"

CATALOGUE: dict[str, Table] = {
    # places: who runs what; public knowledge
    "places_place": _plain("areas", **READ_ALL),
    "places_body": _plain("organisations", **READ_ALL | {"loader": "select, insert, update"}),
    "places_bodyplace": _plain("which body serves which area", **READ_ALL | {"loader": "select, insert, update"}),
    "places_bodysuccession": _plain("which body followed which", **READ_ALL | {"loader": "select, insert"}),
    "places_office": _plain("public offices", **READ_ALL),
    "places_officeholder": _plain("holders of public offices", **READ_ALL),
    "places_postcode": _plain("postcodes and their councils", **READ_ALL),
    "places_postcodeload": _plain("which postcodes were loaded when", app="select"),
    # access: who may look, who did
    "access_subject": _plain("staff, teams, services by their work name", **READ_STAFF),
    "access_roleholding": _plain("who holds which role at work", **READ_STAFF),
    "access_teammembership": _plain("who works in which team", **READ_STAFF),
    "access_dutydesk": _plain("which team is a duty desk", **READ_STAFF),
    "access_dutyshift": _plain("who is on duty when", **READ_STAFF),
    "access_teamintake": _plain("which team works for which body's people", **READ_STAFF),
    "access_user": _plain("sign-in names and password hashes, of the role gate alone", **SIGN_IN),
    "access_accessgrant": _personal("names a person and who may see them", app="select", worker="select",
                                    loader=WRITE, linker=WRITE),
    "access_actionresult": _personal("results of actions may hold keys of people", app="select, insert",
                                     worker="select, insert", loader="select, insert"),
    "access_sharingagreement": _plain("which bodies agreed to share, and why", **READ_STAFF),
    "access_agreementparty": _plain("bodies that are party to an agreement", **READ_STAFF),
    "access_sealeditem": _personal("which lines of a record are closed, and why", app="select"),
    "access_sealreader": _personal("who may open a closed line", app="select"),
    "access_consent": _personal("whom somebody agreed to be seen by", app="select", worker="select"),
    "access_optout": _personal("who does not want to be counted", app="select", worker="select"),
    "access_proxy": _personal("who acts for whom, by which authority", app="select", worker="select"),
    "access_legalhold": _personal("of whom nothing may be destroyed, and why", app="select", worker="select"),
    "access_destroyed": _personal("which rows' content was destroyed; digests only", worker="select"),
    "access_retentionrun": _plain("runs of retention: days, classes and digests", app="select", worker="select"),
    "access_retentionline": _plain("how many were due and destroyed in a run", app="select", worker="select"),
    "access_retentionahead": _plain("how many come of age in a month", app="select", worker="select"),
    "access_retentionheld": _personal("which legal holds stopped a run", app="select", worker="select"),
    "access_officeseat": _plain("who uses the rights of which office", app="select"),
    "access_staffhome": _personal("family names and postcodes of staff, compared by a function alone"),
    "access_breakglass": _personal("who asked to see whom in an emergency, and why", app="select", worker="select"),
    "access_lookquestion": _personal("what people ask about looks at their record", app="select", worker="select"),
    "access_deskreview": _personal("what privacy officers found of looks", app="select, insert", worker="select"),
    "access_logentry": _personal("who looked at whom", app="select", worker="select"),
    "access_rowhistory": _personal("rows as they were before a change"),
    "access_seal": _personal("heads of the chained logs", worker="select"),
    "access_sealentry": _personal("digests of the log's rows"),
    # person: the record
    "person_person": _personal("who a person is", app="select", worker="select", loader=WRITE, linker=WRITE),
    "person_sourceidentity": _personal("sender's identifiers", app="select", worker="select", loader=WRITE,
                                       linker=WRITE),
    "person_sourcerecord": _personal("what bodies sent", app="select", worker="select", loader=WRITE, linker="select"),
    "person_sourcecontent": _personal("what bodies sent, whole", app="select", worker="select", loader=WRITE,
                                      linker="select"),
    "person_personname": _personal("names", app="select", worker="select", loader="select, insert, delete",
                                   linker="select"),
    "person_personpostcode": _personal("postcodes now and before", app="select", worker="select",
                                       loader="select, insert, delete", linker="select"),
    "person_nameword": _plain("words that occur in names, for spelling; written and read by functions alone"),
    "person_personidentifier": _personal("identifiers", app="select", worker="select",
                                         loader="select, insert, update, delete", linker="select"),
    "person_timelineentry": _personal("what happened to a person", app=WRITE,
                                      worker="select, insert, update, delete",
                                      loader="select, insert, update, delete", linker="select"),
    "person_personrelationship": _personal("who is close to a person", app=WRITE, worker="select"),
    "person_aboutme": _personal("what matters to a person", app=WRITE, worker="select"),
    "person_workitem": _personal("questions about a person's identity", app="select", worker="select", loader=WRITE,
                                 linker=WRITE),
    "person_personlink": _personal("which records were joined, by whom and why", app="select", worker="select",
                                   loader=WRITE, linker=WRITE),
    "person_notthesame": _personal("which records are two people", app="select", worker="select", loader=WRITE,
                                   linker=WRITE),
    "person_linkmodel": _plain("what comparing was learnt to be worth; names nobody", app="select",
                               loader="select, insert", linker="select, insert"),
    "person_persontocompare": _personal("who waits to be compared with everybody", loader="select, delete, update",
                                        linker="select, delete"),
    # door: calls and requests
    "door_contact": _personal("who called about whom, and what is wrong", app="select, insert", worker="select"),
    "door_request": _personal("what is asked for somebody, and who owns it", app=WRITE, worker="select"),
    "door_referral": _personal("who was asked to help somebody", app=WRITE, worker="select"),
    # ledger: pence by source key; names nobody. Row security all the same: only staff who work with the fund see it.
    "ledger_fund": _plain("pooled funds", app=WRITE, worker="select"),
    "ledger_fundpartner": _plain("bodies that share a fund", app="select, insert", worker="select"),
    "ledger_partnerterms": _plain("what partners agreed to put in", app="select, insert", worker="select"),
    "ledger_account": _plain("accounts of a fund", app="select, insert", worker="select"),
    "ledger_journal": _plain("entries: a day, codes and the key of their source", app="select, insert",
                             worker="select, insert"),
    "ledger_posting": _plain("pence on an account", app="select, insert", worker="select, insert"),
    "ledger_checkpoint": _plain("balances kept", app="select", worker="select"),
    # assessment: what a person needs and wants
    "assessment_assessment": _personal("that somebody is being assessed", app=WRITE, worker="select"),
    "assessment_section": _personal("what each side found", app=WRITE, worker="select"),
    "assessment_writing": _personal("each saving of a section, made by a trigger", app="select", worker="select"),
    "assessment_eligibility": _personal("decisions on eligibility, with reasons", app="select, insert",
                                        worker="select"),
    # plan: what was agreed, who answers for it, who comes when
    "plan_plan": _personal("what was agreed with somebody", app=WRITE, worker="select"),
    "plan_goal": _personal("somebody's goals", app=WRITE, worker="select"),
    "plan_line": _personal("care and actions for somebody", app=WRITE, worker="select"),
    "plan_casemanager": _personal("who answers for somebody's plan", app=WRITE, worker="select"),
    "plan_visit": _personal("who comes to somebody when", app=WRITE, worker="select"),
    "plan_stoppedvisit": _personal("visits that were stopped before they were booked", app=WRITE, worker="select"),
    "plan_handover": _personal("plans offered to another place, because somebody moves", app=WRITE, worker="select"),
    # funding: what somebody owns, earns and pays
    "funding_assessment": _personal("what somebody pays, with their income and capital", app="select, insert",
                                    worker="select"),
    "funding_evidence": _personal("what somebody told of their money", app="select, insert", worker="select"),
    "funding_adjustment": _personal("what weeks should have been charged", app="select, insert", worker="select"),
    "funding_firstestimate": _personal("what somebody was told they may pay", app="select, insert", worker="select"),
    "funding_estimatedifference": _personal("how far that was from the charge", app="select, insert",
                                            worker="select"),
    "funding_appeal": _personal("what somebody holds against a charge", app="select, insert", worker="select"),
    "funding_owntelling": _personal("what people tell of their own money", app="select, insert", worker="select"),
    "funding_owntellingend": _personal("what became of it", app="select, insert", worker="select"),
    "funding_takentest": _personal("tests of means and need that were taken", app="select, insert", worker="select"),
    "funding_healthcaredecision": _personal("who gets continuing healthcare, and why", app="select, insert",
                                            worker="select"),
    "funding_appealoutcome": _personal("how appeals ended, with reasons", app="select, insert", worker="select"),
    "funding_appealhandover": _personal("who answers somebody's appeal from now on", app="select, insert",
                                        worker="select"),
    # commissioning: what is bought for whom, and who decided
    "commissioning_package": _personal("care bought for somebody", app=WRITE, worker="select"),
    "commissioning_split": _personal("who pays which part of somebody's care", app="select, insert", worker="select"),
    "commissioning_delegation": _plain("who may commit how much, by their work name", app=WRITE, worker="select"),
    "commissioning_decision": _personal("decisions to buy care for somebody", app="select, insert", worker="select"),
    "commissioning_reportedweek": _personal("weeks of care that a provider reported", app="select, insert",
                                            worker="select"),
    "commissioning_deliveredweek": _personal("weeks of somebody's care that were delivered and posted",
                                             app="select, insert", worker="select"),
    "commissioning_adjustedweek": _personal("how a posted week of somebody's care was adjusted", app="select, insert",
                                            worker="select"),
    "commissioning_meeting": _plain("when the panel of a place meets", app="select, insert", worker="select"),
    "commissioning_member": _plain("which staff sit in a meeting of the panel", app="select, insert", worker="select"),
    "commissioning_quorum": _plain("how many of each side the panel of a place needs", app="select, insert",
                                   worker="select"),
    "commissioning_review": _personal("that somebody's package was looked at again", app="select, insert",
                                      worker="select"),
    "commissioning_aftercare": _personal("who owes somebody aftercare, and since which detention",
                                         app="select, insert", worker="select"),
    "commissioning_item": _personal("whose package waits for the panel", app=WRITE, worker="select"),
    "commissioning_recommendation": _personal("what each side says of somebody's package", app="select, insert",
                                              worker="select"),
    "commissioning_condition": _personal("what a decision for somebody asks for besides", app=WRITE, worker="select"),
    "commissioning_telling": _personal("who told somebody's family what was decided", app="select, insert",
                                       worker="select"),
    "commissioning_dispute": _personal("that bodies disagree about who pays for somebody", app=WRITE, worker="select"),
    "commissioning_disputehandover": _personal("who sees to the end of a dispute from now on", app="select, insert",
                                               worker="select"),
    "commissioning_proposedend": _personal("how each side would end a dispute", app=WRITE, worker="select"),
    "commissioning_settledweek": _personal("what a body owes for a week of somebody's care", app="select, insert",
                                           worker="select"),
    "commissioning_residence": _personal("where somebody is ordinarily resident", app="select, insert",
                                         worker="select"),
    # exchange: loads
    "exchange_load": _plain("counts of a load", app="select", worker="select", loader=WRITE),
    "exchange_loadfile": _plain("files of a load; their names are the sender's", app="select", worker="select",
                                loader="select, insert, update, delete"),
    "exchange_refusal": _plain("codes, places and remedies; never a value", app="select", worker="select",
                               loader="select, insert, delete"),
    "exchange_refusedrow": _personal("rows that were refused, whole", app="select", loader="select, insert, delete"),
    "exchange_correction": _personal("refused rows as somebody put them right", app="select, insert", loader=WRITE),
    # extract: views of pseudonymised rows. A view has no row security: they show rows only inside a run that the role
    # extractor has started, and no other role may read them
    "extract_person": _plain("view: people by pseudonym, age band and sex", extractor="select"),
    "extract_stay": _plain("view: hospital stays by pseudonym", extractor="select"),
    "extract_request": _plain("view: requests by pseudonym", extractor="select"),
    "extract_plan": _plain("view: agreed plans by pseudonym", extractor="select"),
    "extract_service": _plain("view: services by pseudonym, with weekly cost", extractor="select"),
    "extract_posting": _plain("view: pence of the pooled funds", extractor="select"),
    "extract_estimate": _plain("view: how far bills lie from first estimates, by pseudonym", extractor="select"),
    "extract_left_out": _plain("view: how many restricted people were left out", extractor="select"),
    # outcomes: what is told to the public. Row security all the same: the public's role sees approved releases only
    "outcomes_release": _plain("releases of figures, by whom", app=WRITE, public_reader="select"),
    "outcomes_figure": _plain("suppressed figures", app="select, insert", public_reader="select"),
    # sign-in, of the role gate alone
    "django_session": _plain("sign-in in progress", **SIGN_IN),
    "account_emailaddress": _plain("sign-in addresses", **SIGN_IN),
    "account_emailconfirmation": _plain("sign-in addresses being confirmed", **SIGN_IN),
    "mfa_authenticator": _plain("second factors", **SIGN_IN),
    "auth_group": _plain("unused: roles are ours"),
    "auth_group_permissions": _plain("unused: roles are ours"),
    "auth_permission": _plain("unused: roles are ours"),
    # wiring
    "django_content_type": _plain("names of models"),
    "django_migrations": _plain("schema version", app="select", worker="select"),
    "procrastinate_jobs": _plain("queue; arguments are ids and one-use tokens", **QUEUE),
    "procrastinate_events": _plain("queue events", **QUEUE),
    "procrastinate_periodic_defers": _plain("queue timetable", **QUEUE),
    "procrastinate_workers": _plain("queue workers alive", **QUEUE),
}  # fmt: skip

# Functions of the queue, by the beginning of their names; none is executable by everybody. Functions of the schema
# `access` are given in its SQL.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "app": ("procrastinate_defer_jobs%",),
    "worker": ("procrastinate_%",),
}
