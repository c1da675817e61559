"""The findings of a group of runs, in a sentence or two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from eval.compare import ComparisonVerdict
from eval.metrics.measures import Interval, Measure
from eval.report.groups import Comparison, RunGroup, articles
from eval.report.numerals import bounds, number

_LEADS = (
    (ComparisonVerdict.AHEAD, "is ahead of"),
    (ComparisonVerdict.BEHIND, "is behind"),
    (ComparisonVerdict.NOTHING_SHOWN, "shows no difference from"),
)


def finding(group: RunGroup) -> Markup:
    """Return a sentence on the main system against the others, on the first headline measure."""
    place = _join("On <b>{}</b> ({}), ", group.data["name"], articles(group.articles))
    main, measure = _join("<b>{}</b>", group.main.name), group.first
    if measure is None or measure.name not in group.main.figures:
        return place + _join("{} has no figure that can be better or worse.", main)
    compared = [against for against in group.against if against.change]
    if not compared:
        reached = _figure(group.main.figures[measure.name])
        why = "no other run is comparable" if group.against else "no other system ran on these articles"
        return place + _join("{} reaches {} on {}; {}.", main, reached, _named(measure), why)
    return place + Markup("; ").join(_clauses(main, measure, compared)) + Markup(".")


def caveat(group: RunGroup) -> str:
    """Return a sentence on further headline figures where it is behind; "" if nothing was compared."""
    if group.first is None or not any(against.change for against in group.against):
        return ""
    if not group.behind:
        return "On no other headline figure is it shown to be behind."
    counts = [f"{name} on {count}" for name, count in group.behind.items()]
    listed = ", ".join(counts[:-1]) + " and " * (len(counts) > 1) + counts[-1]
    return f"Of the other headline figures, it is behind {listed}."


def _clauses(main: Markup, measure: Measure, compared: Sequence[Comparison]) -> Iterator[Markup]:
    """Yield a clause for each verdict that occurs; the first also names the system and the measure."""
    subject, where = main, _join(" on {}", _named(measure))
    for outcome, lead in _LEADS:
        members = [against for against in compared if against.verdict is outcome]
        if not members:
            continue
        rivals = []
        for against in members:
            by = "{}{} ({})" if outcome is ComparisonVerdict.NOTHING_SHOWN else "{}{} by {}"
            rivals.append(_join(by, against.other.name, where, _change(against)))
            where = Markup("")
        yield _join("{} {} {}", subject, lead, _listed(rivals))
        subject = Markup("it")


def _change(against: Comparison) -> Markup:
    """Return the difference, without a sign if the verdict tells its direction."""
    change = against.change or Interval(0, 0, 0)
    if against.verdict is not ComparisonVerdict.NOTHING_SHOWN and change.value < 0:
        change = Interval(-change.value, -change.high, -change.low)
    return _figure(change)


def _figure(figure: Interval) -> Markup:
    return _join('<span class="figure">{} <small>{}</small></span>', number(figure.value), bounds(figure))


def _named(measure: Measure) -> Markup:
    return _join("<i>{}</i>", measure.label)


def _listed(items: Sequence[Markup]) -> Markup:
    if len(items) == 1:
        return items[0]
    return Markup(", ").join(items[:-1]) + Markup(" and ") + items[-1]


def _join(pattern: str, *parts: object) -> Markup:
    return Markup(pattern).format(*parts)
