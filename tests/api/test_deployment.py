"""The deployment files: they parse, ask only for what is measured, and run the service without privileges."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from service.api.observe.metrics import Metrics
from service.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "docs" / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
ENGINE_LABELS = {"le", "job", "instance", "severity"}
"""Labels that Prometheus adds."""


def documents(path: Path) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    every = [document for path in MANIFESTS for document in documents(path)]
    return {document["metadata"]["name"]: document for document in every if document["kind"] == kind}


def measured() -> tuple[set[str], set[str]]:
    """Return the names of all samples, and of all labels."""
    metrics = Metrics(0.5)
    metrics.note_end(route="/", method="GET", status=200, seconds=0.1, problem="not-found")
    samples = [sample for family in metrics.registry.collect() for sample in family.samples]
    return {sample.name for sample in samples}, {label for sample in samples for label in sample.labels}


def queries() -> list[str]:
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text("utf-8"))
    rules = yaml.safe_load((DEPLOY / "prometheus-rules.yaml").read_text("utf-8"))
    adapter = yaml.safe_load((DEPLOY / "prometheus-adapter.yaml").read_text("utf-8"))
    return [
        *(target["expr"] for panel in board["panels"] for target in panel.get("targets", ())),
        *(variable.get("definition", "") for variable in board["templating"]["list"]),
        *(rule["expr"] for group in rules["groups"] for rule in group["rules"]),
        *(rule["name"]["as"] for rule in adapter["rules"]["custom"]),
        *(
            metric["pods"]["metric"]["name"]
            for scaler in of_kind("HorizontalPodAutoscaler").values()
            for metric in scaler["spec"]["metrics"]
        ),
    ]


def test_dashboard_rules_and_autoscaler_ask_only_for_what_is_measured() -> None:
    names, labels = measured()
    asked = " ".join(queries())
    wanted = set(re.findall(r"\b(?:pullquote|process)_\w+", asked))
    assert len(wanted) > 15
    assert wanted - names == set()
    assert [query for query in queries() if query.count("(") != query.count(")")] == []
    grouped = {label.strip() for by in re.findall(r"\bby \(([^)]*)\)", asked) for label in by.split(",")}
    matched = set(re.findall(r"(\w+)(?:=~|!=|!~|=)\"", asked))
    assert (grouped | matched) - labels - ENGINE_LABELS == set()


def test_every_measurement_of_ours_is_on_the_dashboard() -> None:
    board = (DEPLOY / "grafana-dashboard.json").read_text("utf-8")
    names = {family.name for family in Metrics(0.5).registry.collect() if family.name.startswith("pullquote")}
    assert {name for name in names if name not in board} == set()


def test_the_dashboard_is_whole() -> None:
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text("utf-8"))
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = set[tuple[int, int]]()
    for panel in panels:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, f"{panel['title']} lies on another panel"
        taken |= cells
        assert panel["type"] == "row" or panel["description"]


def test_rules_that_are_read_are_recorded() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus-rules.yaml").read_text("utf-8"))
    every = [rule for group in rules["groups"] for rule in group["rules"]]
    recorded = {rule["record"] for rule in every if "record" in rule}
    read = {name for rule in every for name in re.findall(r"pullquote:\w+:\w+", rule["expr"])}
    assert read == recorded
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    alerts = [rule["alert"] for rule in every if "alert" in rule]
    assert [alert for alert in alerts if f"`{alert}`" not in page] == []


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_a_manifest_says_what_it_is_and_where(path: Path) -> None:
    for document in documents(path):
        assert {"apiVersion", "kind"} <= set(document)
        if document["kind"] not in {"Kustomization", "Namespace"}:
            assert document["metadata"]["namespace"] == "pullquote"


def test_what_the_kustomization_names_is_there() -> None:
    [kustomization] = documents(DEPLOY / "kubernetes" / "kustomization.yaml")
    assert [name for name in kustomization["resources"] if not (DEPLOY / "kubernetes" / name).exists()] == []
    assert "secret.example.yaml" not in kustomization["resources"]


@pytest.mark.parametrize("name", ["pullquote-web", "pullquote-worker"])
def test_a_pod_has_no_privileges_limits_and_a_read_only_root(name: str) -> None:
    pod = of_kind("Deployment")[name]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["automountServiceAccountToken"] is False
    # Longer than the 120 s within which the service ends what is in flight.
    assert pod["terminationGracePeriodSeconds"] > 120
    for container in pod["containers"]:
        security = container["securityContext"]
        assert security["readOnlyRootFilesystem"] is True
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert {"cpu", "memory"} <= set(container["resources"]["limits"])
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        mounts = {mount["mountPath"]: mount.get("readOnly", False) for mount in container["volumeMounts"]}
        assert mounts == {"/tmp": False, "/data": False, "/run/secrets": True}
        assert not any("PASSWORD" in str(variable) for variable in container.get("env", ()))


def test_the_service_is_probed_where_it_answers(client: Any) -> None:
    deployment = of_kind("Deployment")["pullquote-web"]
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    ports = {port["name"] for port in container["ports"]}
    for kind, path in (("startup", "/livez"), ("readiness", "/readyz"), ("liveness", "/livez")):
        asked = container[f"{kind}Probe"]["httpGet"]
        assert asked["path"] == path
        assert asked["port"] in ports
        assert client.get(path).status_code == 200


def test_pods_survive_a_drain_and_follow_the_queue() -> None:
    labels = of_kind("Deployment")["pullquote-web"]["spec"]["template"]["metadata"]["labels"]
    budget = of_kind("PodDisruptionBudget")["pullquote-web"]["spec"]
    scaler = of_kind("HorizontalPodAutoscaler")["pullquote-web"]["spec"]
    assert budget["selector"]["matchLabels"] == labels
    assert budget["minAvailable"] < scaler["minReplicas"] <= scaler["maxReplicas"]
    assert scaler["scaleTargetRef"]["name"] == "pullquote-web"
    assert "replicas" not in of_kind("Deployment")["pullquote-web"]["spec"], "the autoscaler sets it"
    [metric] = scaler["metrics"]
    assert metric["pods"]["metric"]["name"] == "pullquote_queue_depth"
    capacity = Settings.model_fields["queue_limit"].default
    assert int(metric["pods"]["target"]["averageValue"]) < capacity
    assert of_kind("Service")["pullquote-web"]["spec"]["selector"] == labels


def test_manifests_set_only_settings_that_exist() -> None:
    known = {f"PULLQUOTE_{name.upper()}" for name in Settings.model_fields}
    secrets = {f"PULLQUOTE_{name.upper()}" for name, field in Settings.model_fields.items() if secret(field)}
    data = of_kind("ConfigMap")["pullquote"]["data"]
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    values = [data, *(one.get("environment", {}) for one in compose["services"].values())]
    named = {name for one in values for name in one if name.startswith("PULLQUOTE_")}
    named |= set(re.findall(r"\bPULLQUOTE_[A-Z_]+(?==)", (ROOT / "Dockerfile").read_text("utf-8")))
    assert named - known == set()
    assert named & (secrets | {"PULLQUOTE_STORE"}) == set(), "what is secret stands in files"
    files = {*of_kind("Secret")["pullquote"]["stringData"], *compose["secrets"]} - {"postgres_password"}
    assert {name.upper() for name in files} == {"PULLQUOTE_STORE"}


def secret(field: Any) -> bool:
    return field.annotation is SecretStr


def test_compose_runs_three_services_without_privileges() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert set(services) == {"postgres", "web", "worker"}
    for name in ("web", "worker"):
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert service["secrets"] == ["pullquote_store"]
        assert service["mem_limit"]
    assert services["web"]["command"] == ["serve"]
    assert services["worker"]["command"] == ["worker"]
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"], "not open to others without a proxy"
    assert "readyz" in services["web"]["healthcheck"]["test"][-1]
    assert services["postgres"]["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/postgres_password"


def instructions() -> list[list[str]]:
    """Return the Dockerfile's instructions by stage, comments left out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    stages: list[list[str]] = [[]]
    for line in text.replace("\\\n", "").splitlines():
        if line.startswith("FROM"):
            stages.append([])
        if line.strip():
            stages[-1].append(line.strip())
    return stages


def test_the_image_is_pinned_without_root_and_checks_itself() -> None:
    before, build, last = instructions()
    assert before == ["ARG BASE=python:3.11.14-slim-bookworm"], "an exact version, not a moving tag"
    assert build[0] == "FROM ${BASE} AS build"
    installs = [line for line in build if "pip install" in line]
    assert installs
    assert all(
        call.count("-c constraints.txt")
        for line in installs
        for call in re.findall(r"pip install[^&]*", line)
    )
    users = [line for line in last if line.startswith("USER")]
    assert users == ["USER 10001"]
    [check] = [line for line in last if line.startswith("HEALTHCHECK")]
    assert "/readyz" in check
    assert "curl" not in check
    code = json.loads(check.partition("CMD ")[2])[2]
    compile(code, "HEALTHCHECK", "exec")
    assert "HF_HUB_OFFLINE=1" in " ".join(last)
    assert "HOME=/tmp" in " ".join(last), "nltk refuses to be imported where there is no home"
    assert "pip install" not in " ".join(last), "nothing is fetched once the image is built"
    assert shlex.split(last[-1])[0] == "CMD"


def test_a_secret_in_a_file_is_a_setting_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pullquote_store").write_text("postgresql://pullquote:word@postgres/pullquote\n")
    (tmp_path / "PULLQUOTE_ENDPOINT_KEY").write_text("k")
    (tmp_path / "postgres_password").write_text("word")
    monkeypatch.delenv("PULLQUOTE_STORE", raising=False)
    read = Settings(_secrets_dir=tmp_path)  # type: ignore[call-arg]
    assert read.store == "postgresql://pullquote:word@postgres/pullquote"
    assert read.endpoint_key.get_secret_value() == "k"
    monkeypatch.setenv("PULLQUOTE_STORE", "mine.db")
    assert Settings(_secrets_dir=tmp_path).store == "mine.db"  # type: ignore[call-arg]
