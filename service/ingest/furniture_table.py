"""The table of site furniture: a pattern for each kind, where it may match, and an example.

Every pattern has bounded repeats or starts at a rare literal, so that any text is searched in linear time.
The table was written from the frequent, first, last and short lines of ``polnear_train``, ``cnndm_train`` and
``newssum_train``; after a change, run ``tests/ingest/test_furniture.py`` with the shared data. The order is
by subject and has no effect. Not here: the search itself (``furniture``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto


class Where(Enum):
    """Where a pattern may match."""

    LINE = auto()  # a whole line, outer white space aside
    INLINE = auto()  # anywhere, because scraped text often lost its line breaks
    OPENING = auto()  # the first thing on a line near the article's start; one per article


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of furniture: a pattern, where it may match, and an ``example`` it must match in full."""

    name: str
    where: Where
    pattern: re.Pattern[str]
    example: str


_NAME = r"[A-Z][\w'’\-]{0,30}\.?"
_PERSON = rf"{_NAME}(?: (?:{_NAME}|de|del|la|le|van|von|der|den|bin|al|el)){{0,5}}"
_PEOPLE = rf"{_PERSON}(?:(?:, and |, | and | & ){_PERSON}){{0,5}}"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)(?:[a-z]{1,6})?\.?"
_NOT_A_PERSON = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|January|February|March|April|June|July|August)"
)
_CLOCK = r"\d{1,2}[:.]\d\d ?(?:[ap]\.?m\.?)?(?: (?:[A-Z]{2,4}))?"
_DATE_WORDS = (
    rf"(?:{_MONTH}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{{0,6}}|\d[\d:./\-]{{0,15}}(?:st|nd|rd|th)?"
    r"|[AaPp]\.?[Mm]\.?|[A-Z]{2,4}|at|on|of|[,|()\-–—.])"
)
_AGENCY = (
    r"(?:CNN|CNN Student News|AP|Associated Press|Reuters|REUTERS|AFP|UPI|PTI|IANS|ANI|Bloomberg|BBC|Xinhua"
    r"|dpa|EFE|PA|Billboard|Mental Floss|Rolling Stone|InStyle|The Hollywood Reporter|The Frisky"
    r"|CareerBuilder\.com)"
)
_CREDITOR = (
    r"(?:HT|AP|AFP|PTI|ANI|IANS|EPA|PA|DPA|Reuters|REUTERS|Getty Images|Getty|Shutterstock|Bloomberg|iStock)"
)
_DASH = r"(?:--|—|–|-)"
# A call to action starts a sentence; "readers who sign up for our newsletter" is prose. It may be glued to
# the sentence before it, as scraping leaves it.
_START = r"(?<![\w,;:“‘\"'] )(?<![A-Z“‘\"'])"
# To the end of the line, unless a sentence ends on the way or it is longer than headlines are: then prose was
# glued on, and it stays.
_REST = r"(?:(?![.!?][\"'”’)]? )[^\n\r]){1,120}+$"


def _rule(name: str, where: Where, pattern: str, example: str) -> Rule:
    return Rule(name, where, re.compile(pattern, re.MULTILINE), example)


_L, _I, _O = Where.LINE, Where.INLINE, Where.OPENING

RULES: tuple[Rule, ...] = (
    # --- who wrote it, where and when
    _rule(
        "byline",
        _L,
        rf"(?:By|BY):? (?:the )?{_NOT_A_PERSON}(?={_NAME} ){_PEOPLE}(?:(?:, | ?\| ?| in | for )"
        rf"[^.!?]{{1,60}})?\.?",
        "By Jane Doe and John Roe, Example News",
    ),
    _rule(
        "byline desk",
        _L,
        r"(?:By|BY) (?:Our |The |A )?(?:[A-Z][\w&]* ){0,4}(?:Desk|Bureau|Staff|Correspondent|R"
        r"eporter|Team|Agencies)",
        "By Our Special Correspondent",
    ),
    _rule(
        "byline inline",
        _I,
        r"(?<![\w.])By ?\. ?[A-Z][\w'’\- ]{1,60}(?:, [A-Z][\w ]{1,40})? ?\.(?: ?and ?\.? ?[A-Z"
        r"][\w'’\- ]{1,40} ?\.){0,3}(?: ?Follow @{1,2}\w{1,30} ?\.)?",
        "By . Jane Doe . and John Roe .",
    ),
    _rule(
        "stamp inline",
        _I,
        rf"(?:PUBLISHED|UPDATED|Published|Updated): ?\.? ?\d\d:\d\d,? [A-Z]{{2,4}}, \d{{1,2}} "
        rf"{_MONTH} \d{{4}}(?: ?\.)?(?: ?\| ?\.?)?",
        "PUBLISHED: . 08:29 EST, 24 October 2013 . | .",
    ),
    _rule(
        "last updated",
        _I,
        rf"Last updated at \d{{1,2}}:\d\d [AP]M on \d{{1,2}}(?:st|nd|rd|th) {_MONTH} \d{{4}} ?"
        r"\.?",
        "Last updated at 4:09 PM on 18th November 2011.",
    ),
    _rule(
        "updated at",
        _I,
        rf"Updated\s{{1,3}}at {_CLOCK}",
        "Updated at 5.51pm BST",
    ),
    _rule(
        "updated glued",
        _I,
        r"(?<=[\w.?!’”\"])Updated$",
        "it is all over.Updated",
    ),
    _rule(
        "stamp",
        _L,
        r"(?i:(?:first |last )?(?:published|updated|modified|posted)(?: on| at)?) ?:? ?(?="
        rf"{_DATE_WORDS})(?:{_DATE_WORDS} ?){{1,14}}",
        "First published: 3 July 2017 at 10:15 GMT",
    ),
    _rule(
        "updated",
        _L,
        r"Updated:?|UPDATED:?",
        "Updated",
    ),
    _rule(
        "date",
        _L,
        rf"(?=.*\b(?:19|20)\d\d)(?:{_DATE_WORDS} ?){{2,12}}",
        "Mon 3 July 2017 10.15 BST",
    ),
    _rule(
        "clock",
        _L,
        rf"(?:at )?{_CLOCK}[.:]?",
        "6.50pm BST",
    ),
    _rule(
        "dateline from",
        _O,
        rf"(?:From|By) [^\n\r.()]{{1,60}}, {_MONTH} \d{{1,2}} \({_AGENCY}\)(?: ?{_DASH})?",
        "From Jane Doe London, Dec 31 (PTI)",
    ),
    _rule(
        "dateline agency",
        _O,
        rf"(?:{_NAME}(?: {_NAME}){{0,3}}(?:, [A-Z][\w.]*(?: [A-Z][\w.]*){{0,2}}){{0,2}},? ?(?:,"
        rf"? ?{_MONTH} \d{{1,2}},? ?(?:\d{{4}})? ?)?)?\({_AGENCY}\)(?: ?{_DASH}(?= ))?",
        "NEW DELHI, June 10 (PTI) —",
    ),
    _rule(
        "dateline city",
        _O,
        rf"[A-Z][A-Z.'’]{{2,20}}(?: [A-Z.'’]{{2,20}}){{0,2}}(?:, [A-Z][\w.]*(?: [A-Z][\w.]*){{0"
        rf",2}}){{0,2}}(?:, {_MONTH} \d{{1,2}})? {_DASH}(?= )",
        "DECATUR, Ill. —",
    ),
    _rule(
        "dateline wire",
        _O,
        r"(?:Reuters|AP|AFP|PTI|UPI|IANS) (?:--|—|–|-)(?= )",
        "Reuters -",
    ),
    _rule(
        "dateline date",
        _O,
        rf"{_MONTH} \d{{1,2}}, \d{{4}} \.(?= )",
        "March 18, 2015 .",
    ),
    # --- who else worked on it
    _rule(
        "contributed",
        _I,
        r"(?<![\w,;] )(?<![\w.@-])(?:CNN['’]s )?(?:al-|el-)?[A-Z](?:[\w'’\-]+|\.(?:[A-Z]\.){0,"
        r"2})(?:(?:,? and |, | )(?:(?:al-|el-)?[A-Z](?:[\w'’\-]+|\.(?:[A-Z]\.){0,2})|journalis"
        r"ts?|freelance|in|from|de|also)){0,40}+ contributed (?:to this (?:report|story|articl"
        r"e)|reporting|from [A-Z]\w+(?: [A-Z]\w+)?)(?: from [A-Z]\w+(?: [A-Z]\w+)?)? ?\.",
        "CNN's Jane Doe and John Q. Roe contributed to this report.",
    ),
    _rule(
        "inputs",
        _I,
        r"[-–—]? ?\((?:[Ww]ith |[Aa]dditional )?(?:[A-Z]{2,6} )?(?:[Ii]nputs|[Rr]eporting)\b[^"
        r"()\n\r]{0,120}\)",
        "(With inputs from agencies)",
    ),
    _rule(
        "inputs line",
        _I,
        r"(?<![\w] )[-–—]?\(?(?:With|with) (?:additional )?inputs (?:from|by) [^.()\n\r]{1,60}"
        r"\)?$",
        "-With inputs from agencies",
    ),
    _rule(
        "inputs short",
        _L,
        r"\(?(?:With )?[A-Z]{2,6} [Ii]nputs\)?",
        "PTI Inputs",
    ),
    _rule(
        "reporting by",
        _L,
        r"\(?(?:Additional )?(?:[Rr]eporting|[Ww]riting|[Ee]diting) by [A-Z][^\n\r]{1,200}",
        "Additional reporting by Jane Doe in London; Editing by John Roe",
    ),
    _rule(
        "contributing",
        _L,
        rf"Contributing: {_PEOPLE}\.?",
        "Contributing: Jane Doe.",
    ),
    _rule(
        "author contact",
        _L,
        rf"{_PERSON},? (?:is|was) (?:an?|the) [^\n\r]{{0,120}}(?:reporter|correspondent|columni"
        rf"st|editor|writer|journalist|contributor|producer)\b[^\n\r]{{0,80}}\b(?:[Cc]ontact|[F"
        rf"f]ollow|[Ee]-?mail|[Rr]each|[Tt]weets?\b|on Twitter)[^\n\r]{{1,80}}",
        "Jane Doe is a reporter at Example News, contact her at jane@example.org",
    ),
    _rule(
        "author handle",
        _L,
        r"(?:The author tweets|Twitter|Facebook|Instagram|E-?mail) ?:? ?@?[\w.@/]{3,60}",
        "Twitter: @janedoe.",
    ),
    # --- pictures
    _rule(
        "photo in brackets",
        _I,
        rf"\((?:[A-Z][\w.'’ \-]{{0,40}}(?:/ ?| via | \| ))?{_CREDITOR}(?:[ ?\xa0]|/)?(?:PHOTOS?"
        r"|[Pp]hotos?|FILE|[Ff]ile|[Gg]raphics?)(?: (?:PHOTO|[Pp]hoto))?\.?\)",
        "(Jane Doe/HT Photo)",
    ),
    _rule(
        "photo credit in brackets",
        _I,
        r"\((?:[Ff]ile )?(?:[Pp]hoto|PHOTO|[Ii]mage|[Pp]ic|[Pp]icture|[Vv]ideo)s?(?: [Cc]redit"
        r"| [Cc]ourtesy)?(?: by |:| courtesy)[^()\n\r]{1,60}\)",
        "(Photo by Jane Doe/Example)",
    ),
    _rule(
        "agency in brackets",
        _L,
        rf"\((?:[A-Z][\w.'’ \-]{{0,40}}/ ?){{0,3}}{_CREDITOR}\.?\)",
        "(Jane Doe/Example/AP)",
    ),
    _rule(
        "photo credit",
        _L,
        r"(?:[Ff]ile )?(?:Photo|PHOTO|Photograph|Image|IMAGE|Pic|PIC|Picture|PICTURE|Video|VID"
        r"EO)s?(?:[ -](?:[Cc]redit|[Cc]ourtesy|by|source|copyright))?(?: ?[:,] ?| )[A-Z@][^.!?"
        r"]{1,80}(?<! said)\.?",
        "Photo: Jane Doe/Reuters",
    ),
    _rule(
        "labelled caption",
        _L,
        r"(?:PICTURE|PICTURED|CAPTION|\[(?:VIDEO|PHOTO|PICTURE|GALLERY|WATCH)\]):? "
        r"[^\n\r]{3,280}",
        "PICTURE: Jane Doe is carried to an ambulance. “She flew,” said a spectator.",
    ),
    _rule(
        "photo courtesy",
        _L,
        r"(?i:(?:pic|photo|picture|image|video)s? courtesy)[^.!?]{0,80}\.?",
        "Pic courtesy",
    ),
    _rule(
        "media caption",
        _L,
        r"(?:Media|Image|Video) caption\b[^\n\r]{0,200}",
        "Media caption The minister arrives",
    ),
    _rule(
        "getty",
        _L,
        r"(?:[^.!?\n\r]{1,60}(?:\.[^.!?\n\r]{1,40})? via )?(?:Getty(?: Images)?|Shutterstock|A"
        r"SSOCIATED PRESS|iStock|Press Association|AFP|EPA)\.?",
        "Jane Doe via Getty Images",
    ),
    _rule(
        "scroll down",
        _I,
        r"(?:(?:VIDEO|Video|WATCH):? )?(?:Scroll [Dd]own|SCROLL DOWN) (?i:(?:for|to (?:see|wat"
        r"ch|view|read))\b)(?: (?:(?!\.)[^\s.!?]){1,25}){1,12}?(?:\.|$|(?<=video)(?= )|(?<=vid"
        r"eos)(?= )|(?<=VIDEO)(?= ))",
        "Scroll down for video",
    ),
    # --- other articles and calls to action
    _rule(
        "read more",
        _I,
        r"\(?(?:ALSO READ|Also [Rr]ead|READ ALSO|Read [Aa]lso|READ MORE|Read [Mm]ore|READ|Read"
        r"|RELATED|Related|SEE ALSO|See also|WATCH VIDEO|Watch Video|WATCH|WATCH LIVE|MORE|SEE"
        rf" PICS?|SEE PHOTOS?) ?(?:HERE|here)?\s?[:|] ?{_REST}",
        "ALSO READ: Ministers meet again next week",
    ),
    _rule(
        "read more bare",
        _L,
        r"\(?\"?(?:ALSO READ|Also [Rr]ead|READ ALSO|READ MORE|Read [Mm]ore|READ|Read|RELATED|R"
        r"elated|Related (?:[Nn]ews|[Aa]rticles|[Ss]tories|[Cc]ontent|[Tt]opics)|SEE ALSO|See "
        r"also|WATCH|You may also like|Recommended|More on this story|Most read|TOP STORIES|BE"
        r"FORE YOU GO|WHAT’S WORKING|WHAT’S BREWING)\"?[ ?]?[:|]?[ ?.]*\"?",
        "Related:",
    ),
    _rule(
        "watch arrow",
        _I,
        r"(?<![\w,;] )(?:Watch|See|Read|Learn|Hear|View|Explore|Take|Check|Find|Look|Listen|Fo"
        r"llow|Test|Vote|Share|Send|Photos|Gallery|Interactive|Map)\b[^.!?«»\n\r]{1,160}»(?: ?"
        r"\.)?",
        "Watch the minister arrive » .",
    ),
    _rule(
        "watch below",
        _I,
        rf"{_START}Watch (?:the|a|it|more|full|her|his|their)\b[^.!?\n\r]{{0,60}}\b(?:above|bel"
        r"ow|here)(?:[.:]|$)",
        "Watch the full interview below:",
    ),
    _rule(
        "watch full",
        _I,
        r"(?:CLICK (?:HERE )?TO )?WATCH (?:THE )?(?:FULL )?(?:VIDEO|EPISODE)(?: HERE)?|CLICK H"
        r"ERE(?: TO WATCH VIDEO)? ?!?",
        "CLICK HERE TO WATCH VIDEO",
    ),
    _rule(
        "click here",
        _I,
        rf"{_START}(?:[Jj]ust )?Click (?:here|HERE|on the link) (?:to|for)\b[^.!?\n\r]{{1,140}}"
        r"[.!]?",
        "Click here to read the full report.",
    ),
    _rule(
        "free trial",
        _I,
        r"Get a FREE TRIAL issue of [A-Z][^.!?\n\r]{1,40}? -(?= )",
        "Get a FREE TRIAL issue of Example -",
    ),
    _rule(
        "newsletter",
        _I,
        rf"{_START}(?:Sign up|Subscribe|SIGN UP|SUBSCRIBE) (?:for|to|here)\b(?:[^.!?\n\r]{{0,60"
        rf"}}\b(?:newsletters?|e-?mails?|alerts?|podcasts?|updates|channel)\b)?[^.!?\n\r]{{0,80"
        rf"}}(?:[.!]|$)",
        "Sign up for our newsletter",
    ),
    _rule(
        "follow for more",
        _I,
        r"Follow @[\w.]{1,40} for more",
        "Follow @example for more",
    ),
    _rule(
        "follow on",
        _I,
        rf"{_START}(?:You can )?[Ff]ollow (?:us|him|her|them|me|@\w{{1,30}}|{_PERSON}) (?:on|at"
        r") (?:Twitter|Facebook|Instagram|X|twitter|facebook|Google|YouTube|social media|@)[^."
        rf"!?\n\r]{{0,80}}\.?",
        "Follow Jane Doe on Twitter @janedoe.",
    ),
    _rule(
        "follow line",
        _L,
        r"(?:You can )?[Ff]ollow (?:us )?(?:on )?@[^\n\r]{1,60}",
        "Follow @example.",
    ),
    _rule(
        "follow us",
        _L,
        r"(?:Follow|FOLLOW|Like|Join|Find) us (?:on|at)\b[^\n\r]{0,80}",
        "Follow us on Facebook",
    ),
    _rule(
        "email friend",
        _I,
        r"E-mail to a friend ?\.?",
        "E-mail to a friend .",
    ),
    _rule(
        "send page",
        _I,
        r"Send this page to someone via email",
        "Send this page to someone via email",
    ),
    _rule(
        "share story",
        _L,
        r"(?i:share (?:this|the) (?:article|story|page|post|video|link)\b)[^.!?]{0,40}[.:]?",
        "Share this article",
    ),
    _rule(
        "like page",
        _I,
        r"(?:Do you support [A-Z][\w. ]{1,40}\? )?Like the page:",
        "Like the page:",
    ),
    _rule(
        "join conversation",
        _I,
        rf"{_START}(?:Join the conversation|Share your thoughts|Have your say|Tell us what you "
        rf"think|Email your story ideas)\b[^!?\n\r]{{0,100}}?(?:[.!](?=\s|$)|$)",
        "Join the conversation on our forum.",
    ),
    _rule(
        "comments closed",
        _I,
        r"Sorry,? we are (?:not currently|no longer|unable to)\b[^.\n\r]{0,10} (?:accepting|ac"
        r"cept) comments[^.\n\r]{0,60}\.?",
        "Sorry we are not currently accepting comments on this article.",
    ),
    # --- the page itself
    _rule(
        "advertisement",
        _L,
        r"(?i:(?:story continues below|scroll to continue|skip)? ?advertise?ments?(?: ?[-–—].{"
        r"0,60})?|sponsored(?: content)?|promoted stories)[.:]?",
        "Advertisement",
    ),
    _rule(
        "buttons",
        _L,
        r"(?:(?:Share|SHARE|Tweet|TWEET|Print|PRINT|E-?mail|EMAIL|Facebook|FACEBOOK|Twitter|TW"
        r"ITTER|Whats[Aa]pp|LinkedIn|Linkedin|Pinterest|Reddit|Copy [Ll]ink|Save|Comments?|COM"
        r"MENTS?|Like|Pin|Flipboard|Messenger|Telegram|Follow|Subscribe|Report|Reply|Flag)(?:["
        r" |/,·•]+| ?\(?\d+\)?)*){1,12}[.:]?",
        "Share Tweet Print",
    ),
    _rule(
        "counts",
        _L,
        r"\d{1,6} (?:[Cc]omments?|[Ss]hares?|[Vv]iews?|[Ll]ikes?|min(?:ute)?s? read)",
        "5 min read",
    ),
    _rule(
        "loading",
        _L,
        r"(?:Loading|Please wait)(?:\.{2,3}|…)(?: ?(?:Load|Loading)[^\n\r]{0,40})?",
        "Loading…",
    ),
    _rule(
        "breadcrumb home",
        _L,
        r"(?:Home|HOME|home)(?: ?[/>›»|] ?[\w&'’. \-]{1,40}){1,8}",
        "Home/business/Article2",
    ),
    _rule(
        "breadcrumb",
        _L,
        r"[A-Z][\w&'’ \-]{0,24}(?: ?[>›»] ?[A-Z][\w&'’ \-]{0,60}){1,6}|[A-Z][\w&'’\- ]{0,24}(?"
        r": / [A-Z][\w&'’ \-]{0,30}){2,6}",
        "News > World > Asia",
    ),
    _rule(
        "video restricted",
        _L,
        r"We [Aa]re [Ss]orry, ?[Tt]his video is restricted[^\n\r]{0,80}",
        "We are sorry, this video is restricted in your location",
    ),
    _rule(
        "labels",
        _L,
        r"(?:ABSTRACT|FULL TEXT|CORRECTION APPENDED|CORRECTION|LETTERS|WITH VIDEO|VIDEO|GALLER"
        r"Y|PHOTOS?)[.:]?",
        "ABSTRACT.",
    ),
    _rule(
        "rule",
        _L,
        r"(?=.*[_*=•~\-–—])[_*=•~\-–—. ]{2,}|___\.?",
        "* * *",
    ),
    _rule(
        "developing",
        _I,
        r"This is a (?:developing|breaking)(?: news)? story\b[^.\n\r]{0,80}\.",
        "This is a developing story and will be updated.",
    ),
    _rule(
        "editor's note",
        _L,
        r"\(?(?:Editor|EDITOR)['’][Ss] (?:[Nn]ote|NOTE) ?:[^\n\r]{1,290}",
        "Editor's note: This article was corrected.",
    ),
    _rule(
        "published elsewhere",
        _L,
        r"As published in (?:the )?[A-Z][^.!?\n\r]{1,60}\.?",
        "As published in the Example Times.",
    ),
    _rule(
        "markup",
        _L,
        r"(?:</?[a-z][^<>\n\r]{0,200}>[ .]*){1,6}",
        "<tweet>",
    ),
    _rule(
        "markup with attributes",
        _I,
        r"</?[a-z][\w-]{0,30}(?: [\w-]{1,40}=(?:\"[^\"<>]{0,1000}\"|'[^'<>]{0,1000}')){1,12} ?/?>",
        '<tweet tweet-date="March 3">',
    ),
    _rule(
        "mosimage",
        _I,
        r"\{mosimage\}",
        "{mosimage}",
    ),
    # --- the outlet speaks to its readers
    _rule(
        "sign-off",
        _L,
        r"(?:And )?[Tt]hat(?:['’]s| is| was) (?:all|it|a wrap) (?:from (?:us|me)"
        r"|for (?:now|today|tonight|this week))\b[^\n\r]{0,80}",
        "That's all from us today. Goodnight!",
    ),
    _rule(
        "greeting",
        _L,
        r"(?:(?:Hello|Hi|Good (?:morning|afternoon|evening)),? (?:[a-z]{1,10} [a-z]{1,10} )?"
        r"(?:and )?welcome\b"
        r"|Welcome to (?:our|the [A-Z]\w{1,20}['’]s) (?:live|rolling)\b)[^\n\r]{0,80}",
        "Good morning and welcome to our live coverage.",
    ),
    _rule(
        "thanks for reading",
        _L,
        r"(?:Thanks|Thank you)(?: so much)? for (?:following|reading|joining)\b[^\n\r]{0,80}",
        "Thanks for following along.",
    ),
    _rule(
        "terms",
        _L,
        r"By (?:signing up|subscribing|clicking|registering|entering your|providing your)\b[^\n\r]{0,120}"
        r"\b(?:agree|consent|accept)\b[^\n\r]{0,160}",
        "By signing up you agree to our terms.",
    ),
    _rule(
        "cookies",
        _L,
        r"(?:We|This (?:site|website)|Our (?:site|website)) uses? cookies\b[^\n\r]{0,160}",
        "We use cookies to improve your experience.",
    ),
    _rule(
        "support us",
        _L,
        r"(?:(?:Please )?[Ss]upport (?:independent|our|local|quality|investigative) "
        r"(?:journalism|reporting|work)\b"
        r"|Your support (?:makes|helps|keeps|powers)\b|Enjoying (?:this|our) [a-z]{1,12}\?)[^\n\r]{0,160}",
        "Support independent journalism with a subscription today.",
    ),
    _rule(
        "for subscribers",
        _L,
        r"(?:Subscribe (?:now|today|here)\b|Already a (?:subscriber|member)\b"
        r"|This (?:article|story|content) is (?:only )?(?:available to|exclusive to|for) (?:our )?"
        r"(?:subscribers|members)\b)[^\n\r]{0,120}",
        "This article is for subscribers only.",
    ),
    _rule(
        "hover",
        _L,
        r"(?:Hover over|Tap on|Scroll (?:down|through)|Listen to this (?:story|article)|Download (?:our|the) "
        r"(?:\w{1,15} )?app)\b[^\n\r]{0,120}",
        "Hover over the map to see details",
    ),
    _rule(
        "video",
        _L,
        r"(?:WATCH|Watch|LISTEN|Listen): [^\n\r]{1,120}",
        "Watch: The mill is sold",
    ),
    _rule(
        "updated",
        _L,
        r"(?:UPDATE: )?This (?:story|article|post|page) (?:has been|was|will be) (?:updated|corrected)\b"
        r"[^\n\r]{0,160}",
        "UPDATE: This story has been updated.",
    ),
    _rule(
        "read next",
        _L,
        r"(?:What to )?[Rr]ead [Nn]ext",
        "What to Read Next",
    ),
    _rule(
        "contact",
        _L,
        r"(?:Contact|Email|Write to) (?:us|the (?:author|reporter)) (?:at|on)\b[^\n\r]{0,120}",
        "Contact us at tips@example.com",
    ),
    # --- law
    _rule(
        "disclaimer",
        _I,
        r"(?:The )?(?:[Oo]pinions?|[Vv]iews) expressed (?:in this (?:commentary|article|column"
        r"|piece|blog)|here|are)\b[^.\n\r]{0,20}\b(?:solely|those of|own)\b[^.\n\r]{0,80}\.",
        "The opinions expressed in this commentary are solely those of the writer.",
    ),
    _rule(
        "copyright",
        _I,
        r"(?:Copyright ?(?:©|\([cC]\))?|©) ?(?:19|20)\d\d\b[^.\n\r]{0,60}\.?(?: ?All [Rr]ights"
        r" [Rr]eserved ?\.?)?",
        "© 2016 Example News. All rights reserved.",
    ),
    _rule(
        "contents copyright",
        _I,
        r"Entire contents of this article copyright, [^.\n\r]{1,60}\.",
        "Entire contents of this article copyright, Example LLC.",
    ),
    _rule(
        "rights",
        _I,
        r"All [Rr]ights [Rr]eserved ?\.?",
        "All rights reserved.",
    ),
    _rule(
        "republication",
        _I,
        r"This material may not be published, broadcast\b[^.\n\r]{0,80}\.?",
        "This material may not be published, broadcast, rewritten, or redistributed.",
    ),
    # --- embedded posts: the picture's link and the network's credit, never who said it
    _rule(
        "post picture",
        _I,
        r"pic\.twitter\.com/[A-Za-z0-9]{1,10}",
        "pic.twitter.com/Ab3dE6gH1j",
    ),
    _rule(
        "post shared",
        _I,
        r"A (?:post|photo|video) (?:shared|posted) by [^\n\r()]{1,80}\(@[\w.]{1,40}\) on [A-Z]"
        r"[a-z]{2} \d{1,2}, \d{4} at \d{1,2}:\d\d ?[ap]m(?: [A-Z]{3})?",
        "A post shared by Jane Doe (@janedoe) on Jul 4, 2017 at 8:31am PDT",
    ),
)
