"""What are the invented people called?

Our own short lists of plausible names in the United Kingdom, by heritage, sex and roughly by when the name was given.
Left out: real frequencies. Lists are data; `draw_family` and `draw_given` choose from them.
"""

from __future__ import annotations

from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FAMILY_BRITISH = _words(
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts "
    "Green Hall Wood Jackson Clarke Hill Moore Cooper Ward Turner Harris King Baker Harrison Lewis Morris Allen "
    "Parker Martin James Scott Lee Phillips Watson Davis Bennett Price Griffiths Shaw Cook Young Mitchell "
    "Richardson Carter Collins Bailey Bell Miller Cox Murphy Kelly Adams Webb Simpson Marshall Ellis Palmer Mills "
    "Gray Chapman Hunt Knight Barker Holmes Rogers Stone Fox Pearce Dawson Hart Gibson Lane Perry Dean Reid "
    "Burton Bolt Tucker Yeo Hannaford Widdicombe Luscombe Northcott Bowden Chudleigh Lethbridge Petherick Tapper "
    "Vosper Westaway Cole Damerell Ackroyd Sutcliffe Greenwood Holdsworth Illingworth Priestley Feather "
    "Hainsworth Rushworth Murgatroyd Barraclough Firth Hargreaves Butterworth Crabtree Whitaker Naylor Tordoff "
    "Jowett Wadsworth Binns Clough Dewhirst Fearnley Hird Kershaw Lister Midgley Nettleton Ogden Pickles Rhodes "
    "Shackleton Townend Varley Waddington"
)
FAMILY_SOUTH_ASIAN = _words(
    "Ahmed Ali Hussain Khan Mahmood Malik Mirza Iqbal Akhtar Aslam Bashir Begum Bibi Butt Chaudhry Dar Farooq "
    "Ghani Hamid Hanif Haq Ibrahim Ilyas Javed Jabbar Kausar Latif Majid Mehmood Miah Mohammed Mughal Mumtaz "
    "Nawaz Nazir Parveen Qureshi Rafiq Rashid Raza Rehman Riaz Sadiq Saleem Shafiq Shah Shaheen Sheikh Siddiqui "
    "Sultana Tariq Ullah Uddin Yaqub Yousaf Zaman Zafar Patel Singh Kaur Sharma Gill Dhillon Sandhu Mistry Desai "
    "Chauhan Rai"
)
GIVEN_BRITISH = {
    ("female", "old"): _words(
        "Margaret Jean Mary Joan Dorothy Patricia Barbara Sheila Doreen Joyce Audrey Brenda Maureen Shirley Beryl "
        "Betty Eileen Kathleen Marjorie Muriel Pamela Rita Sylvia Vera Winifred June Edna Freda Gladys Hilda "
        "Irene Iris Ivy Marion Mavis Nora Olive Peggy Phyllis Ruby"
    ),
    ("female", "middle"): _words(
        "Susan Linda Christine Carol Jacqueline Janet Julie Karen Deborah Elaine Alison Gillian Helen Jane Angela "
        "Denise Tracey Sharon Lesley Lorraine Wendy Heather Diane Sandra Sarah Amanda Nicola Michelle Joanne "
        "Claire Lisa Emma Catherine Rachel Louise Anne Teresa Yvonne Judith Hazel"
    ),
    ("female", "young"): _words(
        "Jessica Laura Gemma Rebecca Charlotte Hannah Lauren Sophie Amy Chloe Emily Megan Olivia Grace Lily Ella "
        "Ava Isla Freya Poppy Evie Florence Willow Daisy Phoebe Holly Ruby Lucy Molly Niamh"
    ),
    ("male", "old"): _words(
        "John William Ronald Kenneth Derek Dennis Raymond Peter Donald Gordon Norman Stanley Roy Frank Arthur "
        "Harold Leslie Reginald Albert Ernest Eric Frederick Geoffrey Cyril Bernard Douglas Herbert Maurice "
        "Sidney Walter"
    ),
    ("male", "middle"): _words(
        "David Michael Stephen Paul Alan Keith Graham Barry Trevor Kevin Brian Colin Ian Philip Nigel Andrew Mark "
        "Gary Anthony Martin Neil Robert Christopher Simon Richard Stuart Timothy Jonathan Clive Malcolm"
    ),
    ("male", "young"): _words(
        "James Daniel Matthew Thomas Joshua Luke Adam Ryan Jack Samuel Benjamin Harry Oliver George Jacob Noah "
        "Alfie Charlie Leo Oscar Archie Theo Arthur Finley Henry Callum Connor Liam Nathan Toby"
    ),
}
GIVEN_SOUTH_ASIAN = {
    "female": _words(
        "Aisha Amina Ayesha Bushra Fatima Farah Ghazala Hafsa Halima Hina Khadija Kiran Maryam Mehwish Nadia "
        "Naila Nasreen Nazia Noreen Parveen Rabia Razia Riffat Rukhsana Saima Sadia Safia Salma Samina Sana "
        "Shabana Shaista Shazia Sobia Sumaira Tahira Tasleem Yasmin Zahra Zainab Anjali Gurpreet Harjit Meena "
        "Priya Sunita"
    ),
    "male": _words(
        "Abdul Adeel Adnan Ahsan Amir Arif Asif Atif Ayaan Bilal Fahad Faisal Hamza Haroon Hassan Ibrahim Imran "
        "Ishaq Jamal Junaid Kamran Khalid Liaqat Mahmood Mansoor Mohammed Mubashir Nadeem Naveed Omar Qasim "
        "Rashid Saeed Sajid Shabir Shahid Tanveer Tariq Umar Usman Waqas Yusuf Zahid Zeeshan Harpreet Jaswant "
        "Rajesh Sanjay"
    ),
}
NICKNAMES = {
    "Margaret": "Peggy",
    "Patricia": "Pat",
    "Barbara": "Babs",
    "Dorothy": "Dot",
    "Kathleen": "Kath",
    "Winifred": "Win",
    "Pamela": "Pam",
    "Susan": "Sue",
    "Christine": "Chris",
    "Jacqueline": "Jackie",
    "Deborah": "Debbie",
    "Gillian": "Gill",
    "Angela": "Angie",
    "Catherine": "Cath",
    "Teresa": "Tess",
    "Judith": "Judy",
    "Jessica": "Jess",
    "Rebecca": "Becky",
    "Charlotte": "Lottie",
    "John": "Jack",
    "William": "Bill",
    "Ronald": "Ron",
    "Kenneth": "Ken",
    "Raymond": "Ray",
    "Peter": "Pete",
    "Donald": "Don",
    "Stanley": "Stan",
    "Frederick": "Fred",
    "Geoffrey": "Geoff",
    "Albert": "Bert",
    "Leslie": "Les",
    "Reginald": "Reg",
    "David": "Dave",
    "Michael": "Mick",
    "Stephen": "Steve",
    "Philip": "Phil",
    "Andrew": "Andy",
    "Anthony": "Tony",
    "Robert": "Bob",
    "Christopher": "Chris",
    "Richard": "Dick",
    "Timothy": "Tim",
    "Jonathan": "Jon",
    "James": "Jim",
    "Daniel": "Dan",
    "Matthew": "Matt",
    "Thomas": "Tom",
    "Joshua": "Josh",
    "Samuel": "Sam",
    "Benjamin": "Ben",
    "Sandra": "Sandy",
    "Michelle": "Shell",
    "Emily": "Em",
    "Mohammed": "Mo",
    "Yasmin": "Yas",
    "Zainab": "Zee",
    "Abdul": "Ab",
    "Jean": "Jeannie",
    "Sheila": "She",
}
STREETS = _words(
    "Abbey Acacia Ash Avenue Bank Barton Beacon Beech Belmont Bridge Brook Castle Cedar Chapel Chestnut Church "
    "Cliff Coronation Cross Daison Elm Fern Field Forest Garden Grange Green Grove Harbour Hawthorn Heath High "
    "Highfield Hill Holly Institution Ivy Kings Lawn Lime Manor Maple Market Meadow Mill Moor New Nursery Oak "
    "Orchard Park Pine Priory Queens Quarry Reddenhill River Rock Rose School Sherwell South Spring Station "
    "Sycamore Temple Thornhill Union Upper Valley Vicarage Victoria Water Well West Willow Windsor Wood York"
)
STREET_KINDS = ("Road", "Street", "Avenue", "Close", "Lane", "Terrace", "Drive", "Grove", "Crescent", "Way")
FLAT_HOUSES = ("Seaview House", "Mill Court", "The Beeches", "Albion House", "Park View", "Station Court")


def draw_family(random: Random, south_asian: bool) -> str:
    """A surname of one heritage or the other."""
    return random.choice(FAMILY_SOUTH_ASIAN if south_asian else FAMILY_BRITISH)


def draw_given(random: Random, south_asian: bool, gender: str, birth_year: int) -> tuple[str, ...]:
    """One or two given names that suit sex and birth year; gender 'other' and 'unknown' draw from either list."""
    sex = gender if gender in ("female", "male") else random.choice(("female", "male"))
    if south_asian:
        names = GIVEN_SOUTH_ASIAN[sex]
    else:
        names = GIVEN_BRITISH[(sex, "old" if birth_year < 1952 else "middle" if birth_year < 1982 else "young")]
    first = random.choice(names)
    second = random.choice(names)
    return (first,) if second == first or random.random() < 0.45 else (first, second)


def draw_prefix(random: Random, gender: str, age_years: int, married: bool) -> str:
    """A title, or '' for a child or where none is kept."""
    if age_years < 16:
        return ""
    if gender == "male":
        return "Dr" if random.random() < 0.01 else "Mr"
    if gender == "female":
        return "Mrs" if married else random.choice(("Miss", "Ms", "Ms"))
    return "Mx"


def mistyped(random: Random, text: str) -> str:
    """The text with one slip of the hand: two letters swapped, one lost or one doubled; always different."""
    if len(text) < 3:
        return text + text[-1]
    place = random.randrange(1, len(text) - 1)
    kind = random.randrange(3)
    if kind == 0 and text[place] != text[place + 1]:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    return text[:place] + text[place] + text[place:]
