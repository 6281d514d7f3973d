{#
    dbt's decision to build a model anew, and ours: a model built by month that would
    keep none of its months (the code or the reference data changed) is built anew,
    with whatever columns it has by now, instead of being emptied row by row.
#}
{% macro should_full_refresh() %}
    {%- if dbt.should_full_refresh() -%}{{ return(true) }}{%- endif -%}
    {%- if not execute or model.config.meta.built_by_month is not defined -%}{{ return(false) }}{%- endif -%}
    {{ return(month_states(this.identifier).to_keep | length == 0) }}
{% endmacro %}
