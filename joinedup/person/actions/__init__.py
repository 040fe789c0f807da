"""The only writes of `person`: taking in what bodies sent, and what people write on the record."""

from joinedup.person.actions.about_me import save_about_me
from joinedup.person.actions.adopt import Adopted, adopt_sources
from joinedup.person.actions.alerts import end_alert, raise_alert
from joinedup.person.actions.glass import Asking, break_glass, review_glass
from joinedup.person.actions.learning import learn_model
from joinedup.person.actions.likeness import Likened, ask_about_doubles, compare_arrival, link_waiting
from joinedup.person.actions.links import (
    ask_somebody,
    decide_not_same,
    decide_same,
    open_both,
    settle_work,
    unlink,
    withdraw_not_the_same,
)
from joinedup.person.actions.look_questions import answer_look, ask_about_look
from joinedup.person.actions.relationships import ContactPerson, add_contact_person, end_contact_person
from joinedup.person.actions.sealing import break_seal, seal_item, unseal_item
from joinedup.person.actions.sharing import (
    Authority,
    end_proxy,
    record_consent,
    record_proxy,
    set_hold,
    set_opt_out,
    withdraw_consent,
)
from joinedup.person.actions.timeline import append_timeline, ask_for_rebuild, end_timeline, rebuild_timeline

__all__ = [
    "Adopted",
    "Asking",
    "Authority",
    "ContactPerson",
    "Likened",
    "add_contact_person",
    "adopt_sources",
    "answer_look",
    "append_timeline",
    "ask_about_doubles",
    "ask_about_look",
    "ask_for_rebuild",
    "ask_somebody",
    "break_glass",
    "break_seal",
    "compare_arrival",
    "decide_not_same",
    "decide_same",
    "end_alert",
    "end_contact_person",
    "end_proxy",
    "end_timeline",
    "learn_model",
    "link_waiting",
    "open_both",
    "raise_alert",
    "rebuild_timeline",
    "record_consent",
    "record_proxy",
    "review_glass",
    "save_about_me",
    "seal_item",
    "set_hold",
    "set_opt_out",
    "settle_work",
    "unlink",
    "unseal_item",
    "withdraw_consent",
    "withdraw_not_the_same",
]
