"""The actions of ``pullquote archive …``: from parsed options to output and exit status."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from service import wire
from service.archive.errors import JobStopped, MissingExtra, WrongJob
from service.archive.inputs.sources import absolute
from service.archive.job.limits import ArticleLimits
from service.archive.job.options import JobOptions, RunOptions
from service.archive.reporting.progress import ProgressStyle
from service.archive.reporting.status import prometheus, take_status, text
from service.archive.reporting.summary import summarise_job
from service.archive.run import run_job
from service.archive.verify import verify_job
from service.cli.flags import read_settings

_DONE, _STOPPED, _WRONG, _WITH_QUARANTINE = 0, 1, 2, 3


def job_options(inputs: list[str], *, offset_unit: str, **others: Any) -> JobOptions:
    """Return the options of a job, with inputs that hold in any working directory."""
    return JobOptions(
        inputs=tuple(dict.fromkeys(absolute(name) for name in inputs)),
        offset_unit=wire.OffsetUnit(offset_unit),
        **others,
    )


def run_options(
    engine: str, workers: int, seconds: float, memory_mib: int, ray_address: str | None
) -> RunOptions:
    """Return the options of a run, with the settings of the environment."""
    return RunOptions(read_settings(), engine, workers, ArticleLimits(seconds, memory_mib), ray_address)


def run(
    folder: str, wanted: JobOptions | None, how: RunOptions, show: ProgressStyle, *, retry: bool = False
) -> int:
    """Run, resume or retry; return the exit status."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        ran = run_job(Path(folder), wanted, how, show, retry=retry)
        result = summarise_job(ran)
    except WrongJob as error:
        _say(str(error))
        return _WRONG
    except (JobStopped, MissingExtra) as error:
        _say(str(error))
        return _STOPPED
    except OSError as error:
        _say(f"{error.filename or folder}: {error.strerror or error}. Nothing is lost: `archive resume`.")
        return _STOPPED
    except KeyboardInterrupt:
        _say(f"stopped. What is done is kept; go on with: pullquote archive resume {folder}")
        return _STOPPED
    finally:
        signal.signal(signal.SIGTERM, before)
    print(result.text())
    return _WITH_QUARANTINE if result.quarantined else _DONE


def status(folder: str, format_: Literal["text", "json", "prometheus"]) -> int:
    """Print how far a job is; return the exit status."""
    try:
        taken = take_status(Path(folder))
    except WrongJob as error:
        _say(str(error))
        return _WRONG
    if format_ == "json":
        print(json.dumps(taken.as_dict()))
    else:
        print(prometheus(taken) if format_ == "prometheus" else text(taken))
    return _DONE


def verify(folder: str, *, with_inputs: bool) -> int:
    """Print what is wrong with a job's output and what was checked; return the exit status."""
    try:
        verdict = verify_job(Path(folder), read_settings(), with_inputs=with_inputs, report=_say)
    except WrongJob as error:
        _say(str(error))
        return _WRONG
    print(verdict.text())
    return _DONE if verdict.is_good else _STOPPED


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(message: str) -> None:
    print(f"pullquote: {message}", file=sys.stderr)
