with instruments as (
    -- a user's bars may come from any exchange, so their own days are their sessions
    select symbol, source_table, calendar, asset_class = 'user' as is_users from {{ ref('int_instruments') }}
),

bars as (
    select b.*, i.calendar, i.is_users, {{ session_date('b.event_time', 'i.calendar') }} as session_date
    from {{ ref('int_bars') }} as b
    join instruments as i on i.symbol = b.symbol and i.source_table = b.source_table
),

daily as (
    select
        symbol,
        calendar,
        is_users,
        session_date,
        max(event_time) as event_time,
        max(known_at) as known_at,
        arg_min(open, event_time) as open,
        max(high) as high,
        min(low) as low,
        arg_max(close, event_time) as close,
        sum(volume) as volume,
        arg_max(raw_close, event_time) as raw_close,
        count(*) as bars
    from bars
    group by symbol, calendar, is_users, session_date
),

sessions as (
    select distinct calendar, is_users, session_date from daily
),

spans as (
    select symbol, calendar, is_users, min(session_date) as first_date, max(session_date) as last_date
    from daily
    group by symbol, calendar, is_users
)

select
    spans.symbol,
    sessions.session_date,
    spans.calendar,
    daily.event_time,
    daily.known_at,
    daily.open,
    daily.high,
    daily.low,
    daily.close,
    daily.volume,
    daily.raw_close,
    coalesce(daily.bars, 0) as bars,
    daily.bars is null as is_missing
from spans
join sessions
    on sessions.calendar = spans.calendar
    and sessions.is_users = spans.is_users
    and sessions.session_date between spans.first_date and spans.last_date
left join daily on daily.symbol = spans.symbol and daily.session_date = sessions.session_date
order by spans.symbol, sessions.session_date
