{# Fails if the model has no rows at all, so that an empty mart stops what reads it. #}
{% test not_empty(model) %}
select 'no rows' as problem where (select count(*) from {{ model }}) = 0
{% endtest %}
