"""The report of a study: which sections, in which order."""

from gbench import __version__
from gbench.report.blocks import Report, Section, Text
from gbench.report.numerals import duration
from gbench.report.sections.configurations import configurations, reproduce
from gbench.report.sections.contests import contests
from gbench.report.sections.costs import costs
from gbench.report.sections.overall import answers, overall
from gbench.report.sections.probes import probes
from gbench.report.sections.ranking import failures, metrics, ranking
from gbench.report.sections.samples import samples
from gbench.report.sections.sensitivity import sensitivity
from gbench.report.sections.training import convergence, curves, dynamics
from gbench.report.study import DatasetResults, Study


def outline(study: Study) -> Report:
    """All that there is to say; sections without anything to show are left out."""
    datasets = [_results(study, results) for results in study.datasets]
    sections = [answers(study), *datasets, overall(study), reproduce(study)]
    if not study.entries:
        sections = [Section("Nothing yet", [Text("No cell has been recorded here yet.", "warning")])]
    kept = [pruned(section) for section in sections if not section.empty]
    return Report(study.name, _lead(study), study.colours, kept, f"Made by gbench {__version__}.")


def _results(study: Study, results: DatasetResults) -> Section:
    first = ranking(study, results)
    others = [
        failures(results),
        curves(study, results),
        convergence(study, results),
        sensitivity(study, results),
        samples(results),
        probes(results),
        contests(study, results),
        metrics(results),
        dynamics(study, results),
        costs(results),
        configurations(results),
    ]
    return Section(results.dataset, first.blocks, others)


def pruned(section: Section) -> Section:
    """The section without empty parts."""
    children = [pruned(child) for child in section.children if not child.empty]
    return Section(section.title, section.blocks, children)


def _lead(study: Study) -> str:
    """What was run, in a line."""
    seeds = sorted({entry.cell.replicas for entry in study.entries})
    trained = sum(entry.seconds.get("train", 0.0) for entry in study.entries)
    ended = sum(entry.summary.replicas for entry in study.entries)
    wanted = sum(entry.cell.replicas for entry in study.entries)
    parts = [
        _count(len(study.colours), "technique"),
        _count(len(study.datasets), "data set"),
        f"{'–'.join(map(str, dict.fromkeys((seeds[0], seeds[-1])))) if seeds else 0} seeds",
        f"{ended:,} of {wanted:,} runs ended",
        f"{duration(trained)} of training",
    ]
    return " · ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
