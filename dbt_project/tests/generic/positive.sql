{# Fails with the rows whose value is zero or less; unknown values pass. #}
{% test positive(model, column_name) %}
select * from {{ model }} where {{ column_name }} <= 0
{% endtest %}
