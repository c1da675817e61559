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
    {"mrs", "mrs.", "ms", "ms.", "miss", "dame", "lady", "queen", "princess", "sister", "smt", "madame"}
) | {"madam", "wife"}
# Forms of address say nothing about someone's work; titles of rank (below) do.
ADDRESS_HONORIFICS = frozenset(
    {"mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss", "sir", "dame", "lord", "lady", "shri", "smt", "herr"}
) | {"madame", "madam", "wife", "husband"}

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
    "de da di del della der den du van von bin ibn al el la le ter y ap dos das".split()
)

MALE_NAMES = frozenset(
    """
    aaron abbas abdul abdullah abel abiy abraham adam adrian ahmed aidan akira alan alastair albert
    alejandro aleksandr alessandro alex alexander alexei alexis alfonso alfred ali alistair allen alvaro
    amir anders andre andreas andrei andrew andrzej andy angus anil anthony antonio anwar ariel arjun
    arnold arthur arun ashok asif augustus baptiste barack barnaby barry bart bashar basil ben benedict
    benito benjamin benny bernard bernie bert bharat bill billy bjorn blake bob bobby bola boris brad
    bradley brandon brendan brett brian bruce bruno bryan byron callum calvin cameron carl carlos cedric
    cesar chad chandra charles charlie chen chris christian christopher chuck clarence clark claude
    claudio clayton clement cliff clifford clint clive clyde colin connor conor cory craig curtis cyril
    dale damian damien dan daniel dariusz darrell darren daryl dave david dean deepak denis dennis derek
    derrick desmond dev dexter dick diego dimitri dinesh dmitri dmitry dominic don donald donnie donovan
    doug douglas drew duane duncan dwayne dylan eamon earl ed eddie edgar edmund eduardo edward edwin
    elias elijah elliot elliott elon emil emilio emmanuel enrique enzo eric erik ernest ernesto ethan
    eugene evan ewan ezra fabio farhan farid felix ferdinand fergus fernando fidel finn francesco francis
    francisco francois frank franklin fred frederick fredrik friedrich gabriel ganesh gareth garry gary
    gaston gautam gavin gene geoff george gerald gerard gerhard gerry gilbert giles giorgio giovanni
    glenn gopal gordon graham grant greg gregor gregory guillermo gunter gus gustav gustavo guy hamid
    hamza hank hans hari harish harold harrison harry haruto harvey hassan hector heinrich hendrik henrik
    henry herbert herman hideo hiroshi hossein howard hubert hugh hugo humphrey hussein ian ibrahim
    ignacio igor ilya imad imran ira irving isaac ismail itamar ivan ivo jack jacob jacques jaime jake
    jakub jamal james jamie jan janos jared jarrod jason jasper javed javier jay jd jean jeb jeff
    jefferson jeffrey jens jeremy jerome jerry jerzy jesse jim jimmy jin jinping joachim joao jochen joe
    joel joey johan johannes john johnny jon jonas jonathan jonny joost jordan jorge jose josef joseph
    josh joshua juan juha julian jurgen justin kamal karim karl karol kaspar kazuo keegan keir keith ken
    kenji kenneth kent kevin khalid kieran kim kirk klaus kofi konstantin krishna kumar kurt kwame kyle
    lamar lance larry lars laszlo laurence laurent lawrence lech lee len lenny leo leon leonard leonardo
    leonid leopold leroy leslie levi lewis liam lindsey linus lionel lloyd lorenzo lou louie louis luca
    lucas lucian ludwig luigi luis luiz lukas luke magnus mahesh mahmoud malcolm malik manish manuel marc
    marcel marcelo marco marcus marek mario mark markus marshall martin marty marvin mason masoud massimo
    mateo mathias matt matteo matthew matthias maurice mauricio mauro max maxim maximilian mehmet melvin
    micah michael mick mickey miguel mikael mike mikhail milan milo milton min-jun ming mitch mitt
    mohamed mohammad mohammed mohan monty morgan moses muhammad murray mustafa naftali naoto narendra
    nathan naveen navin ned neil nelson newt nicholas nick nicolas niels nigel nikita niklas nikolai nils
    nitin noah noam noel nolan norman olaf oleg oliver olivier omar omer orlando oscar oswald otto owen
    pablo paolo parker pascal pat patrice patrick paul pavel pedro percy perry pete peter petr petro phil
    philip philippe phillip pierce pierre piotr prakash pranab prasad quentin rafael rafi rahul raj
    rajesh rajnath ralf ralph ramesh ramon rand randy rashid rasmus raul ravi ray raymond recep reggie
    reginald reince rene reuben rex rhys ricardo riccardo richard rick ricky rishi ritchie rob robbie
    robert roberto rocco rod roderick rodney rodolfo rodrigo roger rohan rohit roland roman romano ron
    ronald rory ross roy ruben rudolph rudy rufus rupert russ russell ryan sabir sachin sadiq saeed
    salman sam sami samuel sandeep sandro sanjay santiago satish satya saul scott sean sebastian sergei
    sergey sergio seth shahid shane shashi shaun shawn shinzo shivraj siddharth sidney silvio simon sinan
    slobodan spencer stan stanley stavros stefan stephen steve steven stewart stu stuart sundar sunil
    suresh sven syed tadeusz takashi takeshi tao tariq tayyip ted terence terrell terrence terry thabo
    theo theodore thomas tim timothy tobias toby todd todor tom tomas tomasz tommy tony travis trent
    trevor trey tristan tyler tyrone ulrich umar uri usman vaclav valentin vasily vernon victor vijay
    vikram viktor vince vincent vinod virat vishal vitali vladimir volodymyr wade wallace wally walt
    walter warren wayne wei wendell werner wesley wilbur wilfred wilhelm will william willie winston
    wolfgang woody xavier xi yaakov yahya yair yasser yevgeny yitzhak yoav yoel youssef yuri yusuf zach
    zachary zack zane zoltan
    """.split()
)

FEMALE_NAMES = frozenset(
    """
    abigail adele adriana agatha agnes agnieszka aileen aisha aishwarya akiko alba aleksandra alexa
    alexandra alexis alice alicia alina alison alma alyssa amal amanda amber amelia amelie amina aminata
    amrita amy ana anastasia andrea anette angela angelina angelique angie anika anita anja anjali ann
    anna anne anneke annette annie annika antonia anusha anya aparna april arianna arlene asha ashley
    asma astrid audrey aung ava ayesha barbara barbra bea beatrice becky belinda bella bernadette bernice
    bertha bessie beth betty beverly bianca birgit blanca bonnie brenda bridget brigitte britney brittany
    bronwyn bryony camilla camille candace carina carla carly carmen carol carolina caroline carolyn
    carrie cassandra cassie catherine cathy cecile cecilia celeste celia celine chantal charlotte chelsea
    cheryl chiara chloe christa christie christina christine ciara cindy claire clara clare clarissa
    claudia colette colleen condoleezza constance consuelo cora cordelia corinne courtney cristina
    cynthia daisy dana daniela danielle daphne darlene dawn debbie deborah debra delia della delphine
    denise desiree diana diane dianne dina diya dolores donna dora doreen doris dorothea dorothy droupadi
    ebony eden edith edna effie eileen eimear elaina elaine eleanor elena elisa elisabeth elise eliza
    elizabeth ella ellen elodie eloise elsa elsie elspeth emilia emily emma emmeline enid erica erika
    erin erna esme esmeralda estelle esther ethel etta eugenia eunice eva evangeline evelyn farah fatima
    faye felicia felicity fern fiona flora florence fran frances francesca francine freya frida gabriela
    gabrielle gail gemma genevieve georgia georgina geraldine gertrude gilda gillian gina ginger giorgia
    gisele gladys glenda glenys gloria grace greta gretchen guadalupe gudrun gwen gwendolyn gwyneth
    hadiza hana hannah hannelore harriet haruka hazel heather hedwig heidi heike helen helena henrietta
    hettie hilda hildegard hillary holly hope huma ida ilse imelda imogen ina indira ines inga ingeborg
    ingrid irene irina iris irma isabel isabella isabelle isla ivana ivanka ivy jacinda jackie jaclyn
    jacqueline jada jaime jana jane janelle janet janette janice jasmin jasmine jayne jean jeanette
    jeanne jen jenna jennifer jenny jessica jessie jewel ji-woo jill joan joanna joanne jocelyn jodi
    jodie johanna josefina josephine josie joy joyce juana juanita judith judy julia juliana julianne
    julie juliet juliette june justine jyoti kaja kamala kamila karen karin karina karla karolina kasia
    katarina kate katerina katharina katherine kathleen kathryn kathy katie katja katrina katy kavita
    kayla kayleigh keira kelly kellyanne kendra kerry kim kimberly kirsten kirstie kirsty kristen kristin
    kristina kristine krystal kylie lakshmi lata latoya laura laurel lauren lauri laurie lavinia lea leah
    leanne leigh leila lena leonora leslie leyla liana liane lidia lilian liliana lillian lily lina linda
    linnea lisa lisbeth livia liz lois lola loraine loretta lorna lorraine lotte louise lucia lucille
    lucinda lucy luisa lupita lydia lynda lynette lynn lynne mabel mackenzie madeleine maeve magda
    magdalena maggie mai maisie malala malia malika mamata mandy manuela mara marcella marcia margaret
    margarita margot marguerite maria mariam mariana marianne maribel marie mariella marilyn marina
    marine marion marisa marissa marjorie marlene marta martha martina mary matilda maud maura maureen
    mavis maxine maya meera megan meghan megyn mei melania melanie melissa mercedes meredith mia michaela
    micheline michelle michiko mila mildred milena millie mina minna minnie miranda miriam mirjam misty
    moira molly mona monica monika morag muriel myra myriam myrtle nadezhda nadia nadine naledi nancy
    nanette naomi natalia natalie natasha nayanika neha nell nellie nelly nerys nessa ngozi nicki nicola
    nicole nikki nikola nina nirmala nita noelle nora noreen norma odette ola olena olga olive olivia
    olwen opal oprah padma paige paloma pam pamela pat patrice patricia patsy patty paula paulette
    pauline pearl peggy penelope penny petra philippa phoebe phyllis pilar pippa polly portia priya
    priyanka prudence queenie rachael rachel radhika ramona raquel rasheeda rashida rebecca regina renata
    renee rhoda rhonda rina rita roberta robin rochelle rosa rosalie rosalind rosanna rosario rose
    roseanne rosemary rosie rowena roxanne ruby ruth sabine sabrina sadie safiya saira sally salma
    samantha samira sanae sandra sandy saoirse sara sarah sasha saskia scarlett selena selma serena
    shabana shanice shanna shannon shari sharon sheena sheila shelley shelly sherri sherry shirin shirley
    sigrid silvia simone sinead siobhan siri sky sofia sonia soo-ah sophia sophie soraya stacey stacy
    stefanie stella stephanie sue sumiko susan susana susanna susannah sushma susie suzanne svetlana
    swati sybil sylvia sylvie tabitha tamara tammy tania tanya tara tasha tatiana tatyana teresa tess
    tessa thea thelma theodora theresa thérèse tiffany tina toni tonya tracey tracy trina trish trisha
    trudy tulsi uma ursula usha valentina valeria valerie vanessa vera verena verity verna veronica
    veronika vicki vicky victoria viktoria viola violet virginia vivian vivien vivienne wanda wendy
    whitney wilhelmina wilma winifred winnie xiomara yana yasmin yasmine yelena yoko yolanda yuki yulia
    yuliya yun-hee yvette yvonne zadie zainab zara zelda zita zoe zuzana
    """.split()
)

# Names of women and men alike tell no gender.
_UNISEX = frozenset(
    """
    alex ashley blake cameron casey chris courtney dana drew francis jackie jamie jesse jordan kelly kerry
    lee leslie lynn marion morgan pat rene robin sam sandy shannon sidney stacy taylor terry tracy
    """.split()
)
GIVEN_NAMES = MALE_NAMES | FEMALE_NAMES | _UNISEX
MALE_NAMES, FEMALE_NAMES = MALE_NAMES - _UNISEX, FEMALE_NAMES - _UNISEX
