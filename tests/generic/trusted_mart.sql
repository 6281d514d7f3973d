{# Key, rates, counts and wholes of a mart, by its own declarations, in one scan. #}
{% test trusted_mart(model) %}
    {%- if execute -%}
        {{ mart_checks(model, mart_declarations(model)) }}
    {%- endif -%}
{% endtest %}
