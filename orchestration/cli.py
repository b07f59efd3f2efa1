"""The `leadline` command. Loads nothing heavy until a subcommand needs it, so that `--help` answers at once."""

import importlib.util
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from trading_runtime.console import run_command
from trading_runtime.errors import ConfigurationError
from trading_runtime.main import journal, trade, why

PIPELINE_PACKAGES = ("dagster", "dagster_dbt", "great_expectations", "feast", "pymilvus", "ray", "torch", "mlflow")

BARS = click.option(
    "--bars", type=click.Path(path_type=Path), help="Your own bars: a folder with one CSV or Parquet file a symbol."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leadline")
def cli() -> None:
    """Leadline: from market data to a policy that has earned the right to trade, and the runtime that trades it."""


@cli.command()
@BARS
@click.option("--quick", "profile", flag_value="quick", help="Minutes of training (the default).")
@click.option("--full", "profile", flag_value="full", help="Ten times the training.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def run(bars: Path | None, profile: str | None, as_json: bool) -> None:
    """The main job: ingest, validate, transform, train, judge, register, trade on paper. Skips what already stands."""
    use_bars(bars)
    if profile is not None:
        os.environ["LEADLINE_PROFILE"] = profile
    settings = pipeline_settings()
    if settings.data.bars_dir is not None:
        from assets.market_data.sources.folder import check_folder

        check_folder(settings.data.bars_dir, datetime.now(UTC))
    from orchestration.doctor import require_services
    from orchestration.terminal import output_to
    from trading_runtime.files import full_disk_errors

    require_services(settings)
    with full_disk_errors(settings.paths.root), output_to(settings.paths.root / "logs" / "run.log") as terminal:
        from orchestration.main_job import run_main_job
        from orchestration.progress import RunProgress
        from orchestration.summary import print_summary

        summary = run_main_job(settings, process_start(), RunProgress(terminal))
    from assets.trading.runtime_process import latest_report

    print_summary(summary, latest_report(settings)["example_order"], as_json)


@cli.command()
@click.option("--dagster-port", default=3000, show_default=True, help="Port of the Dagster UI.")
@click.option("--mlflow-port", default=5000, show_default=True, help="Port of the MLflow UI.")
def ui(dagster_port: int, mlflow_port: int) -> None:
    """Open the Dagster UI and the MLflow UI on this machine, until Ctrl-C."""
    settings = pipeline_settings()
    from orchestration.ui import serve

    serve(settings, dagster_port, mlflow_port)


@cli.group()
@BARS
def models(bars: Path | None) -> None:
    """The model registry: versions, champion, challenger, and the promotion log."""
    use_bars(bars)


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_models(as_json: bool) -> None:
    """Every registered version with its verdict and digest, and the promotion log."""
    from orchestration.model_commands import show_models

    show_models(pipeline_settings(), as_json)


@models.command()
@click.argument("version")
@click.option("--override", "reason", help="Promote although the gate has refused; the reason is recorded.")
def promote(version: str, reason: str | None) -> None:
    """Make VERSION the champion, if the gate has passed it."""
    from orchestration.model_commands import promote_model

    promote_model(pipeline_settings(), version, reason)


@models.command()
def rollback() -> None:
    """Make the previous champion champion again."""
    from orchestration.model_commands import rollback_model

    rollback_model(pipeline_settings())


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool) -> None:
    """What is configured, what is reachable, and what is missing, in words."""
    from orchestration.doctor import show

    show(as_json)


@cli.command()
@click.argument("name", type=click.Choice(["pipeline"]))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the last line.")
def bench(name: str, as_json: bool) -> None:
    """Measure this machine: NAME is the benchmark."""
    pipeline_settings()
    from orchestration.benchmarks.pipeline import show

    show(as_json)


cli.add_command(trade)
cli.add_command(why)
cli.add_command(journal)


def use_bars(bars: Path | None) -> None:
    """Choose the universe of the user's own files for this process and those it starts."""
    if bars is not None:
        os.environ["LEADLINE_DATA__BARS_DIR"] = str(bars.expanduser().resolve())


def pipeline_settings() -> Any:
    """Prepare the environment of the pipeline and return the settings; refuse in one line where it is not installed."""
    missing = [name for name in PIPELINE_PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"{missing[0]} is not installed: this command needs the pipeline, pip install 'leadline[pipeline]'"
        )
    from orchestration.environment import prepare
    from trading_runtime.settings import Settings

    settings = Settings()
    prepare(settings)
    return settings


def process_start() -> float:
    """When this process began, on the `time.time` clock."""
    import psutil

    return psutil.Process().create_time()


def main() -> None:
    """Entry point: one line and an exit code for every error that Leadline foresees."""
    with run_command():
        cli()


if __name__ == "__main__":
    main()
