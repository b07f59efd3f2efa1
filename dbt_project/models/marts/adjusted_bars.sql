{%- set universe = env_var('LEADLINE_DBT_UNIVERSE', 'equity') -%}
{%- if universe not in ('equity', 'user') -%}
{{ exceptions.raise_compiler_error("LEADLINE_DBT_UNIVERSE must be equity or user, got " ~ universe) }}
{%- endif -%}
select symbol, event_time, known_at, open, high, low, close, volume, raw_close
from {{ ref('int_bars') }}
where source_table = '{{ universe }}_bars'
order by symbol, event_time
