{# The body of every staging model of bars: one table of the validated zone, NaN as null, with the table's name kept. #}
{% macro staged_bars(table) %}
select
    symbol,
    '{{ table }}' as source_table,
    asset_class,
    frequency,
    event_time,
    known_at,
    open,
    high,
    low,
    close,
    {{ known('volume') }} as volume,
    {{ known('adj_close') }} as adj_close,
    source
from {{ source('validated', table) }}
{% endmacro %}
