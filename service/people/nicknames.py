"""Short forms of given names: "Bob" may be Robert. Only the table and its look-up.

Of English use, with the commonest Spanish, German and Slavic ones; a form of several names stands with each.
A table of our own: the lists made for genealogy hold forms that no paper prints, and more wrong pairs.
"""

from __future__ import annotations

from collections import defaultdict

from service.text.en.given_names import plain

# The full name, then its short forms.
_TABLE = """
abigail abby abbie gail; abraham abe bram; adelaide addie; adrian ade; agnes aggie; albert al bert bertie;
alejandro alex ale; alexander alex al sandy alec sasha xander; alexandra alex sandra sandy lexi sasha ali;
alexei alyosha; alfred alf alfie fred freddie al; alison ali; allison allie ali; amanda mandy; amelia millie
amy; andrea andie; andrew andy drew; angela angie; ann annie; anna annie; anthony tony ant; antonia toni;
antonio tony toni; archibald archie; arthur art artie; augustus gus; barbara barb babs barbie; barnaby
barney; bartholomew bart; beatrice bea trixie; benedict ben; benjamin ben benny benji; bernard bernie;
bernadette bernie; bernardo bernie; bertram bert; bradford brad; bradley brad; brandon bran; bridget bridie
biddy; caleb cal; calvin cal; cameron cam; caroline caro carrie lina; cassandra cass cassie; catherine cathy
cath kate katie cat kitty; cecilia cece; charles charlie chuck chas chaz; charlotte charlie lottie; chester
chet; christian chris; christina chris tina chrissie christie; christine chris tina chrissie christie;
christopher chris kit topher; clifford cliff; clinton clint; constance connie; cornelius con neil; curtis
curt; cynthia cindy; daniel dan danny; danielle dani; david dave davy; deborah deb debbie debby; debra deb
debbie; dennis denny; dominic dom nic; donald don donnie; dorothy dot dottie dolly; douglas doug dougie;
edgar ed eddie; edmund ed eddie ned; edward ed eddie ted ned teddy; edwin ed eddie; eleanor ellie nell nora;
elena lena; elijah eli; elizabeth liz lizzie beth betty bess betsy eliza libby lisa; ellen nell ellie; emily
em emmy; emmanuel manny; enrique quique; ernest ernie; eugene gene; ezekiel zeke; ferdinand ferdie; fernando
nando; florence flo flossie; frances fran frankie; francesca fran; francis frank frankie; francisco paco
pancho frank; franklin frank; frederick fred freddie freddy rick; friedrich fritz; gabriel gabe; gabrielle
gabby; geoffrey geoff; george georgie; gerald gerry jerry; gerard gerry; gertrude gertie trudy; gilbert gil
bert; giovanni gianni; giuseppe beppe; gregory greg; guillermo memo; guadalupe lupe; harold harry hal;
harriet hattie; hector heck; helen nell; henry harry hank hal; herbert herb bert; howard howie; hubert bert
hugh; ignacio nacho; imogen immy; isaac ike zac; isabella bella izzy; isabel izzy bel; ivan vanya; jacob
jake; jacqueline jackie; james jim jimmy jamie; janet jan; jason jay; jean jeannie; jefferson jeff; jeffrey
jeff; jennifer jen jenny jenn; jeremiah jerry jem; jeremy jerry jez; jerome jerry; jessica jess jessie;
jesus chuy; joanna jo; joanne jo; joachim joe jochen; joel joey; johannes hans; john jack johnny jon;
jonathan jon jonny nathan; jose pepe joe; joseph joe joey; josephine jo josie; joshua josh; juan juanito;
judith judy jude; julia julie; julian jules; julius jules; karl kalle; katherine kate kathy katie kat kay;
kathleen kathy kath kate; kathryn kate kathy katie; kenneth ken kenny; kevin kev; kimberly kim; lawrence
larry lawrie; laurence larry laurie; leonard len lenny leo; leonardo leo; leopold leo; leslie les; lester
les; lewis lew; lillian lily lil; louis lou louie; louise lou lulu; lucille lucy; lucinda lucy cindy; luis
lucho; madeline maddie; magdalena magda lena; malcolm mal; manuel manny manolo; marcus marc; margaret maggie
meg peg peggy madge margie marge rita daisy; maria mia; marjorie marge margie; martha marty; martin marty;
matilda tilly mattie; matthew matt matty; maurice mo morrie; maximilian max; maxwell max; megan meg; melanie
mel; melissa mel missy; melvin mel; michael mike mick mickey micky mikey; michelle shelly; mikhail misha;
mildred millie; miriam mimi; mitchell mitch; montgomery monty; morton mort; muhammad mo; mohamed mo;
mohammed mo; nancy nan; natalie nat; natalia natasha; nathan nate nat; nathaniel nate nat nathan; nicholas
nick nicky nico; nicola nicky nikki; nicole nikki; nikolai kolya; norman norm; oliver ollie; olivia liv
livvy; oscar ozzie; pamela pam; patricia pat patty pattie trish tricia patsy; patrick pat paddy; pedro
perico; penelope penny; peter pete; philip phil pip; phillip phil pip; philippa pippa; priscilla cilla;
prudence pru; rachel rach; randall randy; randolph randy; raymond ray; rebecca becky becca; reginald reg
reggie; ricardo rick ricky richie; richard dick rick rich ricky richie dickie; robert bob bobby rob robbie
bert robby; roberto beto bobby; roderick rod; rodney rod; rodrigo rod; roger rodge; roland rollo; ronald ron
ronnie; rosemary rosie rose; rudolph rudy; rudolf rudi; rupert rupe; russell russ; salvador sal; salvatore
sal; samantha sam; samuel sam sammy; sandra sandy; santiago santi; sebastian seb bas; sergei seryozha;
sheldon shel; sidney sid; simon si; solomon sol; sophia sophie; stanley stan; stephanie steph; stephen steve
stevie; steven steve stevie; stewart stu stew; stuart stu stew; susan sue susie suzy; susannah sue susie;
suzanne sue suzy; sylvester sly; tabitha tabby; tamara tammy; terence terry; teresa terry tess; theresa
terry tess; thaddeus tad thad; theodore ted teddy theo; thomas tom tommy; timothy tim timmy; tobias toby;
valerie val; vanessa nessa; vernon vern; veronica ronnie; victor vic; victoria vicky vicki tori; vincent
vince vinnie; virginia ginny; vivian viv; vladimir vova volodya; wallace wally; walter walt wally; warren
wazza; wendell dell; wilfred wilf; wilhelm willi; wilhelmina mina; william bill billy will willie liam;
winifred winnie; winston win; yevgeny zhenya; zachary zach zack
"""
_FULL: defaultdict[str, set[str]] = defaultdict(set)  # by short form
for _row in _TABLE.split(";"):
    _name, *_shorts = _row.split()
    for _short in _shorts:
        _FULL[_short].add(_name)


def may_be_one(one: str, other: str) -> bool:
    """Return whether two given names can be one person's: one short for the other, or both for a third."""
    first, second = plain(one), plain(other)
    return not _forms(first).isdisjoint(_forms(second))


def is_short(name: str) -> bool:
    """Return whether a given name is a short form."""
    return plain(name) in _FULL


def _forms(name: str) -> set[str]:
    return {name} | _FULL.get(name, set())
