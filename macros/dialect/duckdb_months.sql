{#
    How the big models lose the months that changed, and how the tables that
    remember fingerprints are kept. Each macro is the text of statements that a hook
    runs, on DuckDB in one transaction with the rows of the model.
#}

{# Creates a table of texts unless it is there. #}
{% macro create_text_table(relation, columns, partition_by=none) %}{{ return(adapter.dispatch('create_text_table', 'grid_assessment')(relation, columns, partition_by)) }}{% endmacro %}
{% macro default__create_text_table(relation, columns, partition_by) %}
    {%- do run_query(
        'create table if not exists ' ~ relation ~ ' (' ~ columns | join(' varchar, ') ~ ' varchar)'
    ) -%}
{% endmacro %}

{# All rows of a table by those of a query. #}
{% macro replace_rows(relation, query) %}{{ return(adapter.dispatch('replace_rows', 'grid_assessment')(relation, query)) }}{% endmacro %}
{% macro default__replace_rows(relation, query) %}
    delete from {{ relation }};
    insert into {{ relation }} {{ query }}
{% endmacro %}

{# The table built_months without some months of a model, or without all of them. #}
{% macro forget_built_months(model_name, months=none) %}{{ return(adapter.dispatch('forget_built_months', 'grid_assessment')(model_name, months)) }}{% endmacro %}
{% macro default__forget_built_months(model_name, months) %}
    delete from {{ inner_table('built_months') }}
    where model_name = '{{ model_name }}'
    {%- if months is not none %} and {{ is_one_of_months('landed_month', months) }}{% endif %};
{% endmacro %}

{# A big model without the months that changed or vanished. #}
{% macro delete_months(relation, month_column, months, is_date) %}{{ return(adapter.dispatch('delete_months', 'grid_assessment')(relation, month_column, months, is_date)) }}{% endmacro %}
{% macro default__delete_months(relation, month_column, months, is_date) %}
    delete from {{ relation }} where {{ is_one_of_months(month_column, months, is_date) }};
{% endmacro %}

{# How an incremental model adds its months. #}
{% macro add_months_strategy() %}{{ return(adapter.dispatch('add_months_strategy', 'grid_assessment')()) }}{% endmacro %}
{% macro default__add_months_strategy() %}{{ return('append') }}{% endmacro %}

{# The column by which the files of a big model are told apart, where a table is files. #}
{% macro partition_column(month_column) %}{{ return(adapter.dispatch('partition_column', 'grid_assessment')(month_column)) }}{% endmacro %}
{% macro default__partition_column(month_column) %}{{ return(none) }}{% endmacro %}

{# Whether rows can be deleted from a table; where they cannot, only whole partitions of big models are. #}
{% macro can_delete_rows() %}{{ return(adapter.dispatch('can_delete_rows', 'grid_assessment')()) }}{% endmacro %}
{% macro default__can_delete_rows() %}{{ return(true) }}{% endmacro %}
