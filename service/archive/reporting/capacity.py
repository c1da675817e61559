"""What an archive of a given size needs: ``python -m service.archive.reporting.capacity --help``.

Plain arithmetic from figures that were measured (docs/scale.md says where and how). Measure your own on a
sample of your articles, with ``pullquote archive run``, and put them in.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class CapacityPlan:
    """An archive, measured figures, and what follows from them. Change the defaults only by measuring."""

    articles: int = 100_000_000
    cores: int = 1_000
    articles_per_core_s: float = 3.06
    worker_mib: float = 800.0
    input_bytes: float = 2_870.0
    output_bytes: float = 1_610.0
    manifest_bytes: float = 100.0
    plan_s: float = 0.0002
    price_per_core_hour: float = 0.02

    @property
    def core_hours(self) -> float:
        """Hours on one core."""
        return self.articles / self.articles_per_core_s / 3600

    @property
    def hours(self) -> float:
        """Hours on all the cores, if nothing else holds them up."""
        return self.core_hours / self.cores

    @property
    def planning_hours(self) -> float:
        """Hours of the one process that reads and plans, which can't be shared out within a job."""
        return self.articles * self.plan_s / 3600

    @property
    def cores_that_one_planner_feeds(self) -> int:
        """The cores beyond which the process that reads and plans is the bottleneck."""
        return int(1 / self.plan_s / self.articles_per_core_s)


def table(plan: CapacityPlan) -> str:
    """Return the plan as a Markdown table."""
    rows = [
        ("articles", f"{plan.articles:,}"),
        ("articles per core-hour", f"{plan.articles_per_core_s * 3600:,.0f}"),
        ("core-hours", f"{plan.core_hours:,.0f}"),
        (f"hours on {plan.cores:,} cores", f"{plan.hours:,.1f}"),
        ("memory for all workers", f"{plan.cores * plan.worker_mib / 1024:,.0f} GiB"),
        ("read", f"{plan.articles * plan.input_bytes / 1e9:,.0f} GB"),
        ("written", f"{plan.articles * plan.output_bytes / 1e9:,.0f} GB"),
        ("manifest", f"{plan.articles * plan.manifest_bytes / 1e9:,.1f} GB"),
        ("hours of the planning process", f"{plan.planning_hours:,.1f}"),
        ("cores that one planning process can feed", f"{plan.cores_that_one_planner_feeds:,}"),
        (
            f"cost at {plan.price_per_core_hour:g} a core-hour",
            f"{plan.core_hours * plan.price_per_core_hour:,.0f}",
        ),
    ]
    return "\n".join(["| what | how much |", "|---|---|", *(f"| {what} | {much} |" for what, much in rows)])


def main() -> None:
    """Read the figures from the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m service.archive.reporting.capacity", description=__doc__)
    for figure in fields(CapacityPlan):
        kind = int if isinstance(figure.default, int) else float
        flag = f"--{figure.name.replace('_', '-')}"
        parser.add_argument(flag, type=kind, default=figure.default, help=f"default: {figure.default}")
    print(table(CapacityPlan(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
