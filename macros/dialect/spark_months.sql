{#
    Months on Spark: the big models are partitioned by them. There are no
    transactions, so the rows of a month replace whatever is in its partition, and
    its fingerprint is written after them: a run that died half-way left a month
    without fingerprint, which the next one builds.
#}

{% macro spark__create_text_table(relation, columns, partition_by) %}
    {%- do run_query(
        'create table if not exists ' ~ relation ~ ' (' ~ columns | join(' string, ') ~ ' string) using parquet'
        ~ (' partitioned by (' ~ partition_by ~ ')' if partition_by else '')
    ) -%}
{% endmacro %}

{% macro spark__replace_rows(relation, query) %}
    insert overwrite table {{ relation }} {{ query }}
{% endmacro %}

{# The months that stay are few texts: they are read, and written again. #}
{% macro spark__forget_built_months(model_name, months) %}
    {%- set kept = [] -%}
    {%- if months is not none -%}
        {%- for row in run_query(
            'select landed_month, fingerprint, invocation_id from ' ~ inner_table('built_months')
            ~ " where model_name = '" ~ model_name ~ "' and not (" ~ is_one_of_months('landed_month', months) ~ ')'
        ).rows -%}
            {%- do kept.append("('" ~ row | join("', '") ~ "', '" ~ model_name ~ "')") -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do run_query(
        'alter table ' ~ inner_table('built_months') ~ " drop if exists partition (model_name = '" ~ model_name ~ "')"
    ) -%}
    {%- if kept -%}
        {%- do run_query('insert into ' ~ inner_table('built_months') ~ ' values ' ~ kept | join(', ')) -%}
    {%- endif -%}
{% endmacro %}

{# Every partition goes that is not a month to keep: also one of a run that died before its fingerprint. #}
{% macro spark__delete_months(relation, month_column, months, is_date) %}
    {%- set kept = [] -%}
    {%- for month in month_states(relation.identifier).to_keep -%}
        {%- do kept.append(month ~ ('-01' if is_date else '')) -%}
    {%- endfor -%}
    {%- set dropped = [] -%}
    {%- for month in column_of('select distinct cast(' ~ month_column ~ ' as string) from ' ~ relation)
        if month not in kept -%}
        {%- do dropped.append('partition (' ~ month_column ~ ' = ' ~ text_literal(month) ~ ')') -%}
    {%- endfor -%}
    {%- if dropped -%}
        {%- do run_query('alter table ' ~ relation ~ ' drop if exists ' ~ dropped | join(', ')) -%}
    {%- endif -%}
{% endmacro %}

{% macro spark__add_months_strategy() %}{{ return('insert_overwrite') }}{% endmacro %}

{% macro spark__partition_column(month_column) %}{{ return(month_column) }}{% endmacro %}

{# A table is files: its partitions can be dropped. A mart would be a file for each month, of a few rows. #}
{% macro spark__can_delete_rows() %}{{ return(false) }}{% endmacro %}
