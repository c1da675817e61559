"""Words that try to be more than words: 20 attacks, each in 10 ways of breaking out of where it stands.

Whatever runs sets ``window.ran``.
"""

from __future__ import annotations

_ATTACKS = (
    "<script>ran=1</script>",
    "<ScRiPt src=data:,ran=1></sCrIpT>",
    "<img src=x onerror=ran=1>",
    "<svg/onload=ran=1>",
    "<svg><script>ran=1</script><a xlink:href=javascript:ran=1>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<details open ontoggle=ran=1><input autofocus onfocus=ran=1>",
    "<a href=javascript:ran=1 id=workspace>x</a>",
    "javascript:ran=1",
    "<style>*{display:none}</style><link rel=stylesheet href=//127.0.0.1:9/x>",
    "<base href=//127.0.0.1:9/><meta http-equiv=refresh content=0;url=javascript:ran=1>",
    "<form action=//127.0.0.1:9/><button formaction=javascript:ran=1 name=do>Save",
    "{{ 7*7 }}{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}${7*7}",
    "\u2028ran=1\u2029//\x85ran=1",
    "\u202e>tpircs/<1=nar>tpircs<\u2066",
    "nul\x00<scr\x00ipt>ran=1</script>\x1b[31m",
    "half\ud800<script>ran=1</script>\udfff",
    "W" * 120,
    "[x](javascript:ran=1) **b** `c` <javascript:ran=1>\n# d\n> e",
    "&lt;script&gt;ran=1&lt;/script&gt;&#x3c;img src=x onerror=ran=1&#x3e;%3Cscript%3E",
)
_BREAKOUTS = (
    "{}",
    '"{}',
    "'{}",
    '">{}',
    "'/>{}<x y='",
    "</textarea>{}",
    "</title></script></style>{}",
    "--></option></select></datalist>{}<!--",
    "</span></p></article></section></main>{}",
    '" autofocus onfocus=ran=1 tabindex=1 style=x:expression(ran=1) x="{}',
)
PAYLOADS = tuple(breakout.replace("{}", attack) for attack in _ATTACKS for breakout in _BREAKOUTS)
"""Each attack's breakouts follow one another."""


def sentence(payload: str) -> str:
    """A paragraph of an article around a payload, with a quote that is nothing but the payload."""
    line = " ".join(payload.split())
    return f"The mayor held up a card that read {line} on Tuesday.\n\n“{line}” said Ada Hale. "
