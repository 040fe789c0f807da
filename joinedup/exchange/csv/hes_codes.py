"""What do the codes of hospital statistics mean, in a few words?

The codes are the NHS Data Dictionary's as hospital episode statistics publish them; the words are ours, short enough
for a line of a record. A code that is not here is refused as a value (code-unknown) and stays in the kept row. Left
out: treatment functions beyond the commonest, which are shown by their number.
"""

from __future__ import annotations

ADMISSION_METHODS = {
    "11": "waiting list", "12": "booked", "13": "planned",
    "21": "emergency, through A&E", "22": "emergency, sent by a GP", "23": "emergency, through a bed bureau",
    "24": "emergency, through an outpatient clinic", "25": "emergency, through mental health crisis care",
    "28": "emergency, by other means", "2A": "emergency, through another hospital's A&E",
    "2B": "emergency, from another hospital", "2C": "emergency, home birth meant to be at home",
    "2D": "emergency, by other means", "31": "maternity, before the birth", "32": "maternity, after the birth",
    "81": "moved from another hospital", "82": "born in hospital", "83": "born outside hospital",
    "84": "by other means", "89": "waiting list, elsewhere", "98": "", "99": "",
}  # fmt: skip
EMERGENCY = "2"
"""Codes that begin so are emergencies (21 to 28, 2A to 2D)."""
SOURCES = {
    "19": "own home", "29": "a temporary home", "30": "a high security hospital, repatriated",
    "37": "a court", "38": "the police", "39": "prison",
    "40": "prison", "41": "a court", "42": "the police", "48": "a high security hospital",
    "49": "a high security hospital", "50": "a medium secure unit", "51": "another hospital, general ward",
    "52": "another hospital, maternity or newborn ward", "53": "another hospital, mental health or learning disability",
    "54": "an NHS care home", "55": "a care home with nursing", "56": "a care home without nursing",
    "65": "a council's care home", "66": "foster care", "69": "a council's home", "79": "born here or on the way",
    "84": "a private medium secure unit", "85": "a private care home", "86": "a private nursing home",
    "87": "a private hospital", "88": "a hospice", "89": "repatriation", "98": "", "99": "",
}  # fmt: skip
DESTINATIONS = SOURCES | {"79": "died or stillborn", "98": ""}
CARE_HOMES = frozenset({"54", "55", "56", "65", "69", "85", "86"})
DISCHARGE_METHODS = {
    "1": "agreed", "2": "by the patient or a relative", "3": "by a tribunal, a court or the Home Secretary",
    "4": "died",    "5": "stillborn", "6": "by the patient", "7": "by a relative", "8": "", "9": "",
}  # fmt: skip
ARRIVAL_MODES = {"1": "by ambulance", "2": "not by ambulance", "9": ""}
DISPOSALS = {
    "01": "admitted", "02": "went home, GP to follow up", "03": "went home, no follow-up", "04": "to an A&E clinic",
    "05": "to a fracture clinic", "06": "to another outpatient clinic", "07": "to another hospital", "10": "died there",
    "11": "to another professional", "12": "left before being seen", "13": "left, having refused treatment",
    "14": "other", "99": "",
}  # fmt: skip
ATTENDED = {
    "0": "still to come", "2": "cancelled by the patient", "3": "did not attend", "4": "cancelled by the hospital",
    "5": "seen", "6": "came late, was seen", "7": "came late, was not seen", "9": "",
}  # fmt: skip
ATTENDED_TITLES = {"2": "Cancelled", "4": "Cancelled", "3": "Did not attend", "7": "Not seen"}
FIRST = {"1": "first", "2": "follow-up", "3": "first, by telephone", "4": "follow-up, by telephone", "5": "", "9": ""}
GENDERS = {"1": "male", "2": "female", "9": "unknown", "0": "unknown", "3": "other", "X": "unknown", "": "unknown"}
SPECIALTIES = {
    "100": "general surgery", "101": "urology", "110": "trauma and orthopaedics", "120": "ear, nose and throat",
    "130": "eyes", "140": "mouth surgery", "180": "emergency medicine", "300": "general medicine",
    "301": "gastroenterology", "303": "blood", "320": "heart", "330": "skin", "340": "lungs", "361": "kidneys",
    "400": "neurology", "410": "rheumatology", "420": "children", "430": "older people's medicine", "501": "maternity",
    "502": "gynaecology", "560": "midwives", "700": "learning disability", "710": "adult mental health",
    "711": "child mental health", "715": "older people's mental health", "800": "oncology",
}  # fmt: skip
