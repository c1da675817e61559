"""Word lists for reading attributions: verbs of saying, titles, pronouns, honorifics, given names.

Only lists, and how a listed verb inflects; what is done with them stands in the modules that import them.
All words are lower case unless a comment says otherwise.
"""

from __future__ import annotations

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

MALE_PRONOUNS = frozenset({"he"})
FEMALE_PRONOUNS = frozenset({"she"})
PLURAL_PRONOUNS = frozenset({"they"})
OTHER_PRONOUNS = frozenset({"i", "we", "you", "it"})
PRONOUNS = MALE_PRONOUNS | FEMALE_PRONOUNS | PLURAL_PRONOUNS | OTHER_PRONOUNS

MALE_HONORIFICS = frozenset(
    {"mr", "mr.", "sir", "lord", "king", "prince", "brother", "father", "shri", "herr"}
)
FEMALE_HONORIFICS = frozenset(
    {"mrs", "mrs.", "ms", "ms.", "miss", "dame", "lady", "queen", "princess", "sister", "smt", "madame"}
)
# Forms of address say nothing about someone's work; titles of rank (below) do.
ADDRESS_HONORIFICS = frozenset(
    {"mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss", "sir", "dame", "lord", "lady", "shri", "smt", "herr"}
) | {"madame"}

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
    pollster columnist anchor correspondent veteran farmer nurse teacher
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
    accountant anthropologist archaeologist architect archivist auditor baker bishop blogger broadcaster
    broker builder butcher cameraman campaigner carer carpenter chairperson chaplain chemist climatologist
    colonel composer conductor constable contractor curator cyclist defender dentist designer developer
    electrician entrepreneur envoy epidemiologist filmmaker firefighter forecaster general goalkeeper grocer
    guitarist harbourmaster headteacher hydrologist instructor investor landlord landowner lecturer librarian
    lobbyist magistrate marshal mason master mathematician mechanic midfielder midwife miner missionary mp
    musician negotiator novelist ombudsman painter paramedic passenger peer pharmacist photographer physicist
    planner playwright plumber poet postmaster presenter producer ranger receptionist referee registrar
    sailor sculptor seismologist servant shepherd skipper sociologist solicitor statistician striker
    technician tenant tutor umpire vet veterinarian vicar virologist volunteer warden
    activist actor actress adviser advisor aide ally ambassador analyst anchor artist astronomer athlete
    attorney author banker biologist boss campaigner candidate captain chair chairman chairwoman
    champion chancellor chef chief clerk coach columnist commander commentator commissioner consultant
    coordinator correspondent councillor counsel critic dean delegate democrat deputy detective diplomat
    director doctor donor driver economist editor educator employee engineer executive expert farmer
    father fisherman founder co-founder geologist governor head historian host inspector investigator
    journalist judge lawmaker lawyer leader lecturer lieutenant manager mayor meteorologist minister
    moderator mother neighbor neighbour nominee nurse officer official operative organizer organiser
    owner parent participant partner pastor physician pilot player police pollster premier president
    prime principal professor prosecutor protester psychologist rabbi representative reporter republican
    researcher resident reviewer scholar scientist secretary senator sergeant sheriff shopkeeper singer
    son daughter wife husband brother sister source speaker spokesman spokesperson spokeswoman staffer
    strategist student superintendent supporter surgeon surrogate survivor teacher trader trainer
    treasurer trustee veteran victim viewer voter witness worker writer man woman boy girl person
    customer user
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

# Particles inside names ("Ursula von der Leyen"), lower case.
NAME_PARTICLES = frozenset(
    "de da di del della der den du van von bin ibn al el la le ter y ap dos das".split()
)

MALE_NAMES = frozenset(
    """
    aaron abdul adam adrian ahmed alan albert alex alexander alfred ali allen andre andrew andy anil
    anthony antonio arjun arthur arun ashok barack barry ben benjamin bernard bernie bill billy bob
    bobby boris brad bradley brandon brian bruce bryan carl carlos charles charlie chris christian
    christopher chuck clarence cory craig dale dan daniel dave david dean dennis derek derrick dick
    diego dinesh don donald donnie doug douglas duncan dwayne earl ed eddie edward edwin emmanuel eric
    erik ernest eugene evan felix fernando francis francisco francois frank franklin fred frederick gary
    gavin gene geoff george gerald gerard giovanni glenn gordon graham grant greg gregory guy hans
    harold harry harvey hassan henry herbert howard hugh ian ibrahim imran isaac ivan jack jacob jake
    james jamie jared jason javier jay jean jeb jeff jeffrey jeremy jerome jerry jesse jim jimmy joe
    joel john johnny jon jonathan jorge jose joseph josh joshua juan julian justin karl keith kenneth
    ken kevin khalid kumar kyle lance larry lawrence lee leo leon leonard lewis lindsey liam lloyd louis
    luis luke malcolm manish marco marcus mario mark marshall martin marvin matt matthew maurice max
    michael miguel mike milton mitch mitt mohammad mohammed morgan muhammad narendra nathan neil nelson
    newt nicholas nick nigel noah norman oliver omar oscar patrick paul pedro pete peter phil philip
    phillip pierre prakash rahul raj rajesh rajnath ralph ramesh rand randy raul ravi ray raymond reince
    ricardo richard rick ricky rob robert roberto rodney roger roland ron ronald ross roy rudolph rudy
    russell ryan salman sam samuel sanjay satya scott sean sergei shane shaun sidney simon stanley
    stefan stephen steve steven stuart sunil suresh ted terence terry theodore thomas tim timothy toby
    todd tom tommy tony travis trevor tyler vernon victor vijay vikram vincent vladimir wallace walter
    warren wayne wesley will william winston xavier yusuf zachary xi hiroshi kenji shinzo takeshi wei
    """.split()
)

FEMALE_NAMES = frozenset(
    """
    abigail adele alexandra alice alicia alison amanda amber amelia amy ana andrea angela angelina anita
    ann anna anne annie anya april arianna ashley audrey barbara beatrice becky bernadette beth betty
    beverly brenda bridget brittany camilla candace carla carly carmen carol caroline catherine cathy
    charlotte chelsea cheryl christina christine cindy claire clara claudia condoleezza courtney cynthia
    daisy dana danielle dawn deborah debbie debra denise diana diane dolores donna doris dorothy edith
    eileen elaine eleanor elena elizabeth ella ellen emily emma erica erin esther eva evelyn fatima
    fiona florence frances gabrielle gail georgia gina glenda gloria grace greta gwen hannah harriet
    heather heidi helen helena hillary holly huma ida indira ingrid irene iris isabel isabella ivanka
    jacqueline jane janet janice jean jeanne jen jennifer jenny jessica jill joan joanna jocelyn jodie
    josephine joy joyce juanita judith judy julia julianne julie june kamala karen kate katherine
    kathleen kathy katie katy kayla kellyanne kelly kerry kim kimberly kirsten kristen lakshmi laura
    lauren leah leila lena leslie lily linda lisa liz lois loretta lorraine louise lucia lucy lydia
    madeleine maggie malala malia mamata marcia margaret maria marie marilyn marine marion marjorie
    martha mary maureen maya megan meghan melania melanie melissa michelle mildred minnie miriam molly
    monica nadia nancy naomi natalie natasha nicola nicole nina nora norma olga olivia padma pamela pat
    patricia patty paula peggy penelope penny phyllis pippa priya priyanka rachel rebecca regina renee
    rhonda rita roberta robin rosa rose rosemary ruth sally samantha sanae sandra sara sarah sasha
    serena shannon sharon sheila shelley sherry shirley sofia sonia sophia sophie stacy stella stephanie
    sue susan sushma suzanne sylvia tamara tammy tara teresa theresa tiffany tina tracy tulsi ursula
    valerie vanessa vera veronica victoria virginia vivian wanda wendy whitney yolanda yoko yvonne zoe
    akiko yuki mei
    """.split()
)
