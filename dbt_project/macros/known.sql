{# A number, or null where the source has none (null and NaN both mean unknown). #}
{% macro known(column) %}(case when isnan({{ column }}) then null else {{ column }} end){% endmacro %}
