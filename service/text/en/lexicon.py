"""Word lists for reading attributions: verbs of saying, titles, pronouns, honorifics, roles, bodies.

Only lists, and how a listed verb inflects; what is done with them stands in the modules that import them.
Given names and their short forms have modules of their own.
All words are lower case unless a comment says otherwise.
"""

from __future__ import annotations

from service.text.en import given_names

# Verbs that introduce speech, as dictionary forms: from reporting practice and the cues of PolNeAR train.
_REGULAR_SPEECH_VERBS = """
accuse acknowledge add address admonish advise affirm agree allege announce answer appeal argue ask assert
assure attack avow bark beam bellow bemoan blame blast boast cackle call caution challenge chant
characterise characterize charge chide chirp chuckle claim clarify command comment compare complain concede
conclude condemn confess confide confirm contend continue correct counter crack criticise criticize cry
declare decry defend demand deny describe detail disclose dismiss e-mail echo elaborate email emphasise
emphasize enthuse exclaim explain explode express fume gloat growl grumble gush hail highlight howl implore
inform inquire insist instruct interject interrupt intimate intone jest joke label lament laugh lecture
liken maintain marvel mention moan mock mumble murmur muse mutter narrate note observe offer opine order
outline phrase pledge point ponder portray post praise predict proclaim promise pronounce propose protest
question rail recall recollect recount reflect reiterate reject relate remark remember remind reply report
request respond retort reveal ridicule roar scoff scold scream shout shriek sigh sneer stammer state stress
suggest sum summarise summarize surmise tease testify text thank theorise theorize threaten thunder tout
tweet underline underscore urge utter vent venture voice volunteer vow wail warn whine whisper wonder yell
"""

# Forms that rules of spelling don't give: dictionary form, then all others.
_IRREGULAR_SPEECH_VERBS = """
say says said saying
tell tells told telling
write writes wrote written writing
read reads reading
speak speaks spoke spoken speaking
begin begins began begun beginning
go goes went going
put puts putting
think thinks thought thinking
swear swears swore sworn swearing
sing sings sang singing
quote quotes quoted quoting
cite cites cited citing
hit hits hitting
plead pleads pled
admit admits admitted admitting
shoot shoots shot shooting
slam slams slammed slamming
refer refers referred referring
submit submits submitted submitting
quip quips quipped quipping
brag brags bragged bragging
sob sobs sobbed sobbing
snap snaps snapped snapping
dub dubs dubbed dubbing
recap recaps recapped recapping
"""

# These report speech only in company: "went on", "put it", "read" of a statement, "began" before a mark.
WEAK_SPEECH_VERBS = frozenset(
    """
    begin begins began begun beginning go goes went going put puts putting read reads reading think
    thinks thought thinking hit hits hitting sing sings sang singing point points pointed pointing offer
    offers offered offering charge charges charged express expresses expressed order orders ordered call
    calls called calling describe describes described describing label labels labeled labelled dub dubs
    dubbed detail details detailed phrase phrases phrased post posts posted text texts texted report
    reports reported order orders dismiss dismisses dismissed praise praises praised quote quotes quoted
    quoting shoot shoots shot shooting attack attacks attacked attacking slam slams slammed slamming
    criticize criticizes criticized condemn condemns condemned compare compares compared comparing liken
    likens likened reject rejects rejected ridicule ridicules ridiculed blame blames blamed threaten
    threatens threatened refer refers referred referring hail hails hailed portray portrays portrayed
    portraying cite cites cited citing mock mocks mocked mocking laugh laughs laughed laughing laughing
    """.split()
)


def _inflections(verb: str) -> set[str]:
    if verb.endswith("e"):
        return {verb, verb + "s", verb + "d", verb[:-1] + "ing"}
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return {verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    third_person = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")
    return {verb, third_person, verb + "ed", verb + "ing"}


SPEECH_VERBS = frozenset(
    form for verb in _REGULAR_SPEECH_VERBS.split() for form in _inflections(verb)
) | frozenset(_IRREGULAR_SPEECH_VERBS.split())

# Forms of these verbs that are nouns as well: "request", "emails", but not "said", "writes", "insists".
_NOUN_LIKE_VERBS = """
address answer appeal attack bark blast boast call caution challenge charge claim command comment
crack cry demand detail e-mail echo email growl hail highlight hit howl joke label lament
laugh lecture mention moan murmur note offer order outline phrase pledge point post praise promise protest
question quip quote rail read remark reply report request retort scoff scream shout shriek sigh sneer snap
state stress sum tease text thunder tweet vent venture voice vow whisper wonder yell
"""
NOUN_LIKE_FORMS = frozenset(
    form for verb in _NOUN_LIKE_VERBS.split() for form in _inflections(verb) if form.endswith("s")
) | frozenset(_NOUN_LIKE_VERBS.split())

MALE_PRONOUNS = frozenset({"he"})
FEMALE_PRONOUNS = frozenset({"she"})
FEMALE_FORMS = frozenset({"she", "her", "hers"})
PLURAL_PRONOUNS = frozenset({"they"})
FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
OTHER_PRONOUNS = frozenset({"you", "it", "him", "her", "them"}) | FIRST_PERSON
PRONOUNS = MALE_PRONOUNS | FEMALE_PRONOUNS | PLURAL_PRONOUNS | OTHER_PRONOUNS

MALE_HONORIFICS = frozenset(
    {"mr", "mr.", "sir", "lord", "king", "prince", "brother", "father", "shri", "herr", "husband"}
)
FEMALE_HONORIFICS = frozenset(
    {
        "mrs",
        "mrs.",
        "ms",
        "ms.",
        "miss",
        "dame",
        "lady",
        "queen",
        "princess",
        "sister",
        "smt",
        "smt.",
        "madame",
    }
) | {"madam", "wife"}
# Forms of address say nothing about someone's work; titles of rank (below) do.
ADDRESS_HONORIFICS = frozenset(
    {
        "mr",
        "mr.",
        "mrs",
        "mrs.",
        "ms",
        "ms.",
        "miss",
        "sir",
        "dame",
        "lord",
        "lady",
        "shri",
        "smt",
        "smt.",
        "herr",
    }
) | {"madame", "madam", "wife", "husband"}

# Those of them that a paper puts before a surname to tell two people apart.
FORMS_OF_ADDRESS = ADDRESS_HONORIFICS - {"husband", "wife"}

# These say less about someone than the office that follows the name: "Dr. Ann Smith, director of the lab".
ACADEMIC_TITLES = frozenset({"dr", "dr.", "doctor", "prof", "prof.", "professor"})

# Words that, capitalised before a name, end its title; abbreviations with and without their full stop. Not
# those that are as often names themselves (Dean, King, Pope, Prince, Judge, Major, Marshal).
TITLE_HEADS = frozenset(
    """
    president minister chancellor premier secretary senator sen. sens. representative rep. reps. congressman
    congresswoman governor gov. govs. lieutenant lt. lt mayor councilman councilwoman councillor commissioner
    general justice chief speaker leader chairman chairwoman chair director ambassador envoy queen princess
    cardinal archbishop rabbi imam reverend rev. rev pastor sheikh ayatollah emperor duchess admiral adm. adm
    captain capt. capt colonel col. col commander cmdr. corporal cpl. detective det. det gen. gen inspector
    insp. insp constable maj. maj officer pvt. sergeant sgt. sgt sheriff superintendent supt. supt trooper
    doctor dr. dr professor prof. prof coach manager ceo executive cfo principal economist analyst editor
    reporter lawyer attorney spokesman spokeswoman spokesperson striker midfielder goalkeeper singer actor
    actress architect engineer economist historian author novelist poet activist candidate nominee strategist
    pollster columnist anchor correspondent veteran farmer nurse teacher headmaster
    headmistress headteacher sheikh sultan emir cllr cllr. adv.
    """.split()
) | {"engineer-in-chief", "editor-in-chief", "attorney-general"}
# These only modify a head ("Foreign Minister"), or stand after "of" ("Secretary of State").
TITLE_MODIFIERS = frozenset(
    """
    prime vice deputy assistant state defense defence foreign finance interior home trade health education
    energy treasury affairs the commerce labor labour justice transport agriculture
    """.split()
)
# Titles only as the first word: further on they are names.
LEADING_TITLES = frozenset({"judge", "major", "father", "sister", "bishop"})
TITLES = (
    TITLE_HEADS
    | LEADING_TITLES
    | {
        "king",
        "pope",
        "prince",
        "judge",
        "major",
        "father",
        "sister",
        "bishop",
        "duke",
        "dean",
    }
)

# A capitalised name with one of these is a body's, not a person's.
# Places of several words, which look like people.
_PLACES = """
    saudi arabia, south korea, north korea, south africa, new zealand, sri lanka, costa rica, el salvador,
    puerto rico, hong kong, sierra leone, burkina faso, ivory coast, south sudan, east timor,
    papua new guinea, dominican republic, czech republic, united kingdom, great britain, northern ireland,
    united states, united arab emirates, abu dhabi, tel aviv, new delhi, cape town, buenos aires,
    rio de janeiro, são paulo, mexico city, kuala lumpur, new york, new jersey, new hampshire, new mexico,
    north carolina, south carolina, north dakota, south dakota, west virginia, rhode island, los angeles,
    san francisco, san diego, las vegas, new orleans, salt lake city, new south wales, western australia,
    south australia, nova scotia, british columbia, tamil nadu, uttar pradesh, madhya pradesh,
    andhra pradesh, himachal pradesh, west bengal, arunachal pradesh, cape verde, san marino, middle east,
    capitol hill, wall street, downing street, silicon valley, white house
"""
PLACES = frozenset(" ".join(place.split()) for place in _PLACES.split(","))

BODY_WORDS = frozenset(
    """
    administration agency army association authority bank board bureau campaign center centre church
    city club college commission committee company congress corporation corp council county court
    democrats department depot district federation forum foundation fund government group hospital house
    inc institute journal league magazine ministry museum nations network news organisation organization
    paper parliament party police post press radio republicans school senate service society state
    states street team times today tribune tv union university white world york
    """.split()
)

# Lower-case nouns that name what somebody is; they head a role, or stand for an unnamed source.
ROLE_NOUNS = frozenset(
    """
    accountant activist actor actress adviser advisor aide ally ambassador analyst anchor anthropologist
    archaeologist architect archivist artist astronomer athlete attorney auditor aunt author baker banker
    biologist bishop blogger boss boy boyfriend broadcaster broker brother builder businessman businesswoman
    butcher bystander cameraman campaigner candidate captain carer carpenter chair chairman chairperson
    chairwoman champion chancellor chaplain chef chemist chief clerk climatologist co-founder coach colonel
    columnist commander commentator commissioner commuter composer conductor congressman congresswoman
    constable consultant contractor cook coordinator correspondent councillor councilman councilwoman
    counsel cousin critic curator customer cyclist dad daughter dean defender delegate democrat dentist
    deputy designer detainee detective developer diplomat director doctor donor driver economist editor
    educator electrician employee engineer entrepreneur envoy epidemiologist executive expert fan farmer
    father filmmaker firefighter fisherman forecaster founder gardener general geologist girl girlfriend
    goalkeeper governor gran grandfather grandmother grocer guitarist harbourmaster head headmaster
    headmistress headteacher historian homeowner host hubby husband hydrologist inspector instructor
    investigator investor journalist judge landlord landowner lawmaker lawyer leader lecturer librarian
    lieutenant lobbyist magistrate man manager marshal mason master mathematician mayor mechanic
    meteorologist midfielder midwife migrant miner minister missionary moderator mom monk mother motorist mp
    mum musician negotiator neighbor neighbour nephew niece nominee novelist nun nurse officer official
    ombudsman onlooker operative organiser organizer owner painter paramedic parent participant partner
    passenger pastor peer pensioner person pharmacist photographer physician physicist pilot planner player
    playwright plumber poet police policeman policewoman pollster postman postmaster premier presenter
    president priest prime principal prisoner producer professor prosecutor protester psychologist rabbi
    ranger receptionist referee refugee registrar reporter representative republican researcher resident
    reviewer sailor scholar scientist sculptor secretary seismologist senator sergeant servant shepherd
    sheriff shopkeeper shopper singer sister skipper sociologist solicitor son source speaker spokesman
    spokesperson spokeswoman staffer statistician strategist striker student superintendent supporter
    surgeon surrogate survivor taxpayer teacher technician tenant trader trainer treasurer trustee tutor
    twin umpire uncle user vet veteran veterinarian vicar victim viewer villager virologist volunteer voter
    waiter waitress warden widow widower wife witness woman worker writer
    """.split()
)

# Bodies that speak without an article or a capital.
BARE_SOURCES = frozenset(
    """
    police officials authorities investigators prosecutors experts critics analysts economists lawmakers
    protesters supporters opponents aides advisers sources witnesses residents activists republicans
    democrats scientists researchers doctors officers detectives neighbors neighbours others some many
    most everyone people voters reporters
    """.split()
)

# What has been written or made speaks too: "the report said", "it added".
SPEAKING_THINGS = frozenset(
    """
    account ad advertisement affidavit announcement article assessment bill brief bulletin column commercial
    complaint company decision document editorial email essay filing finding firm indictment law lawsuit
    letter memo message motion notice order petition piece plan post poll proposal publication report
    resolution review ruling script slogan spot statement story study survey transcript tweet video website
    """.split()
)

MONTHS_AND_DAYS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december jan. feb. mar. apr. jun. jul. aug. sept. sep. oct. nov.
    dec. mondays tuesdays wednesdays thursdays fridays saturdays sundays
    """.split()
)

# Words that are capitalised only because a sentence starts with them; never the first word of a name.
SENTENCE_STARTERS = frozenset(
    """
    a about above across actually after afterwards again against ago all almost alongside already also
    although always amid among an and another any anyone are as asked at away back because been before
    behind being below besides both but by can clearly could despite did do does during each earlier
    either else even eventually ever every everyone everything except few finally first following for
    former fortunately from further given had has have having he hence her here hers hi him his how
    however i if in indeed inside instead into is it its just last lastly later latest least less let
    like likewise many maybe me meanwhile might more moreover most much must my near nearly neither
    never nevertheless next no nobody none nor not nothing now of off often oh ok okay on once one only
    or other others otherwise our out over overall perhaps please previously quite rather really
    recently right same second several shall she should similarly since so some somebody someone
    something sometimes soon still such sure than thanks that the their them then there these they thing
    think this those though thus to today together tomorrow tonight too toward towards under
    unfortunately unless unlike until up upon us very was watch we well were what whatever when whenever
    where whether which while who whom whose why will with within without would yes yesterday yet you
    your according additionally apparently asking citing speaking writing responding referring yeah well
    """.split()
)

# Of those, what are names as well: with a capital amid a sentence, or before a verb of saying, they are.
NAMES_LIKE_WORDS = frozenset({"will", "oh", "from", "may"})

# Particles inside names ("Ursula von der Leyen"), lower case.
NAME_PARTICLES = frozenset(
    "de da di del della der den du van von bin ibn al el la le ter y ap dos das wa zu bint ould".split()
)

# All of both genders and of none, in plain letters.
GIVEN_NAMES = given_names.GIVEN_NAMES
