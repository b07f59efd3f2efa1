"""The registry: bundles as MLflow model versions, aliases, the pointer file of the runtime, and the promotion log.

The promotion log is written first and is the truth about who is champion; MLflow's aliases and the pointer file follow
from it. A crash in between is healed by the next call, which brings them into line again (`sync`).
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from models.evaluation.gate import reasons
from models.promotion_log import Promotion, PromotionLog
from models.tracking import experiment_id, mlflow_errors, open_client, tracking_uri
from trading_runtime.errors import BundleIntegrityError, ConfigurationError, GateRefused
from trading_runtime.policy.bundle import BundleSpec, read_bundle
from trading_runtime.policy.pointer import PointerEntry, Pointers, write_pointers
from trading_runtime.policy.schema import check_features
from trading_runtime.settings import Settings

__all__ = ["Registered", "Registry", "fits", "tracking_uri"]

ARTIFACT = "bundle"


@dataclass(frozen=True)
class Registered:
    """One model version. `created` is False if the same digest was registered before."""

    version: str
    digest: str
    run_id: str
    created: bool = False


class Registry:
    """The registered model of one universe. Raises `ConfigurationError` at once if MLflow cannot be reached."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.name = settings.model_name
        self.client = open_client(settings)
        self.log = PromotionLog(settings.paths.promotion_log(self.name))

    def register(
        self, folder: Path, params: Mapping[str, Any], metrics: Mapping[str, float], parent_run: str | None = None
    ) -> Registered:
        """Put a verified bundle folder into MLflow as a version. The same digest gives the same version, once."""
        spec = read_bundle(folder)
        with mlflow_errors(self.settings):
            self._ensure_model()
            for known in self._versions():
                if known.tags.get("digest") == spec.digest:
                    self._repair(known, folder)
                    return Registered(str(known.version), spec.digest, known.run_id)
            run_id = self._run(spec, params, metrics, parent_run)
            self.client.log_artifacts(run_id, str(folder), ARTIFACT)
            artifacts = self.client.get_run(run_id).info.artifact_uri
            version = self.client.create_model_version(
                self.name, f"{artifacts}/{ARTIFACT}", run_id, tags=_tags(spec), await_creation_for=0
            )
            self.client.set_terminated(run_id)
        return Registered(str(version.version), spec.digest, run_id, created=True)

    def list_versions(self) -> list[dict[str, Any]]:
        """Newest first: version, aliases, kind, verdict, reasons, digest, sharpe, run_id, universe."""
        with mlflow_errors(self.settings):
            versions = self._versions()
        aliases = self._aliases(versions)
        return [
            {
                "version": str(v.version),
                "aliases": ",".join(name for name, version in aliases.items() if version == str(v.version)),
                "run_id": v.run_id,
                **{key: v.tags.get(key, "") for key in ("kind", "verdict", "reasons", "digest", "sharpe", "universe")},
            }
            for v in versions
        ]

    def promotions(self) -> list[dict[str, Any]]:
        """The promotion log, oldest first."""
        return self.log.read()

    def champion(self) -> PointerEntry | None:
        """The champion that the log names, whether or not aliases and pointer have followed yet; None if there is none."""
        version = self.log.champion()
        return None if version is None else self.entry(version)

    def past_champions(self) -> list[PointerEntry]:
        """The champion and those before it, newest first."""
        return [self.entry(version) for version in reversed(self.log.champions())]

    def usable_champion(self, instruments: list[str]) -> PointerEntry | None:
        """The champion, unless there is none, it was judged on other instruments, or its features are not those of this installation.

        Raises `BundleIntegrityError` if its bundle was changed: that is for a person to look at.
        """
        entry = self.champion()
        if entry is None:
            return None
        folder = self.settings.paths.root / entry.path
        spec = read_bundle(folder, entry.digest)
        return entry if spec.instruments == instruments and fits(folder, spec) else None

    def entry(self, version: str) -> PointerEntry:
        """Version, digest, bundle folder (downloaded first if MLflow is a server) and run of one version."""
        with mlflow_errors(self.settings):
            found = {str(v.version): v for v in self._versions()}.get(str(version))
        if found is None:
            raise ConfigurationError(f"{self.name} has no version {version}: see `leadline models list`")
        folder = self._folder(found)
        try:
            path = folder.relative_to(self.settings.paths.root)
        except ValueError:
            raise ConfigurationError(f"{folder} is not below {self.settings.paths.root}: check LEADLINE_HOME") from None
        return PointerEntry(version=str(version), digest=found.tags["digest"], path=str(path), run_id=found.run_id)

    def verified(self, entry: PointerEntry) -> BundleSpec:
        """The bundle of an entry. Raises `BundleIntegrityError` if it is not what was registered, or does not fit the features."""
        folder = self.settings.paths.root / entry.path
        spec = read_bundle(folder, entry.digest)
        check_features(folder, spec)
        return spec

    def promote(self, version: str, time: datetime, override_reason: str | None = None) -> PointerEntry:
        """Make a version champion. Raises `GateRefused` unless its verdict is pass or baseline, or a reason to override is given."""
        entry = self.entry(version)
        spec = self.verified(entry)
        if spec.gate.verdict == "refuse" and not (override_reason or "").strip():
            raise GateRefused(
                f'version {version} was refused by the gate ({reasons(spec.gate)}): give --override "reason" to promote it anyway'
            )
        override = spec.gate.verdict == "refuse"
        reason = str(override_reason) if override else reasons(spec.gate)
        if self.log.champion() != str(version):
            self.log.append(self._promotion("promote", time, entry, spec, reason, override))
        self.sync()
        return entry

    def refuse(self, version: str, time: datetime) -> None:
        """Record once that the gate keeps a version from becoming champion, with its reasons."""
        entry = self.entry(version)
        spec = self.verified(entry)
        if not any(line["action"] == "refuse" and line["digest"] == entry.digest for line in self.log.read()):
            self.log.append(self._promotion("refuse", time, entry, spec, reasons(spec.gate), False))

    def rollback(self, time: datetime) -> PointerEntry:
        """Return to the champion before the present one. Raises `ConfigurationError` if there was none."""
        previous = self.log.previous_champion()
        if previous is None:
            if self.log.champion() is not None:
                self.sync()
            raise ConfigurationError(f"{self.name} has had no champion before the present one: nothing to roll back to")
        entry = self.entry(previous)
        spec = self.verified(entry)
        reason = f"rollback from version {self.log.champion()}"
        self.log.append(self._promotion("rollback", time, entry, spec, reason, False))
        self.sync()
        return entry

    def sync(self) -> Pointers:
        """Bring aliases and pointer file into line with the log; challenger is the newest sound version that is not champion."""
        champion = self.champion()
        challenger = self._challenger(champion)
        with mlflow_errors(self.settings):
            for alias, entry in (("champion", champion), ("challenger", challenger)):
                if entry is not None:
                    self.client.set_registered_model_alias(self.name, alias, entry.version)
                elif alias in self.client.get_registered_model(self.name).aliases:
                    self.client.delete_registered_model_alias(self.name, alias)
        pointers = Pointers(name=self.name, champion=champion, challenger=challenger)
        write_pointers(self.settings.paths.pointer(self.name), pointers)
        return pointers

    def _challenger(self, champion: PointerEntry | None) -> PointerEntry | None:
        with mlflow_errors(self.settings):
            versions = [str(v.version) for v in self._versions()]
        for version in versions:
            if champion is None or version != champion.version:
                try:
                    entry = self.entry(version)
                    self.verified(entry)
                except BundleIntegrityError:
                    continue
                return entry
        return None

    def _promotion(
        self, action: str, time: datetime, entry: PointerEntry, spec: BundleSpec, reason: str, override: bool
    ) -> Promotion:
        before = self.log.champion()
        return Promotion(
            time=time.isoformat(),
            action=action,
            from_version=before,
            to_version=before if action == "refuse" else entry.version,
            version=entry.version,
            digest=entry.digest,
            reason=reason,
            verdict=spec.gate.verdict,
            override=override,
        )

    def _versions(self) -> list[Any]:
        found = self.client.search_model_versions(f"name = '{self.name}'")
        return sorted(found, key=lambda version: int(version.version), reverse=True)

    def _aliases(self, versions: list[Any]) -> dict[str, str]:
        if not versions:
            return {}
        with mlflow_errors(self.settings):
            aliases = self.client.get_registered_model(self.name).aliases
        return {name: str(version) for name, version in aliases.items()}

    def _ensure_model(self) -> None:
        if not self.client.search_registered_models(f"name = '{self.name}'"):
            self.client.create_registered_model(self.name, description=f"Policies of universe {self.settings.universe}")

    def _run(
        self, spec: BundleSpec, params: Mapping[str, Any], metrics: Mapping[str, float], parent_run: str | None
    ) -> str:
        """The run that holds a bundle; one that a crash left behind is taken up again."""
        from mlflow.entities import Metric, Param

        experiment = experiment_id(self.client, self.settings)
        left = self.client.search_runs([experiment], f"tags.digest = '{spec.digest}'", max_results=1)
        if left:
            return str(left[0].info.run_id)
        tags = _tags(spec) | ({"mlflow.parentRunId": parent_run} if parent_run else {})
        run = self.client.create_run(experiment, tags=tags, run_name=f"{spec.name}-{spec.digest[:8]}")
        self.client.log_batch(
            run.info.run_id,
            [Metric(name, float(value), run.info.start_time, 0) for name, value in metrics.items()],
            [Param(name, str(value)[:6000]) for name, value in params.items()],
        )
        return str(run.info.run_id)

    def _folder(self, version: Any) -> Path:
        if self.settings.services.mlflow_uri is None:
            return self.settings.paths.mlflow / "artifacts" / version.run_id / "artifacts" / ARTIFACT
        target = self.settings.paths.registry / "bundles" / version.tags["digest"]
        if not target.is_dir():
            partial = target.with_name(f".{target.name}.partial")
            with mlflow_errors(self.settings):
                if not self.client.list_artifacts(version.run_id, ARTIFACT):
                    return target  # lost on the server: whoever reads the folder says what is missing
                shutil.rmtree(partial, ignore_errors=True)  # a download that was killed
                partial.mkdir(parents=True)
                self.client.download_artifacts(version.run_id, ARTIFACT, str(partial))
            (partial / ARTIFACT).rename(target)
            partial.rmdir()
        return target

    def _repair(self, version: Any, folder: Path) -> None:
        """Put the bytes of a known digest back where they were lost or changed."""
        stored = self._folder(version)
        try:
            read_bundle(stored, version.tags["digest"])
        except BundleIntegrityError:
            self.client.log_artifacts(version.run_id, str(folder), ARTIFACT)
            if self.settings.services.mlflow_uri is not None:
                shutil.rmtree(stored, ignore_errors=True)  # a copy, which is downloaded again


def fits(folder: Path, spec: BundleSpec) -> bool:
    """Whether this installation computes the features that a bundle wants."""
    try:
        check_features(folder, spec)
    except BundleIntegrityError:
        return False
    return True


def _tags(spec: BundleSpec) -> dict[str, str]:
    return {
        "digest": spec.digest,
        "kind": spec.kind,
        "universe": spec.universe,
        "verdict": spec.gate.verdict,
        "reasons": reasons(spec.gate)[:4000],
        "sharpe": f"{spec.metrics['sharpe']:.4f}" if "sharpe" in spec.metrics else "",
    }
