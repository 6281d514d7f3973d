{#
    What differs between engines. A model calls a macro of this folder without a
    prefix; default__ is DuckDB's implementation, spark__ (spark.sql) that of Spark.
#}

{# Name of a type of the raw data contract. #}
{% macro sql_type(type) %}{{ return(adapter.dispatch('sql_type', 'grid_assessment')(type)) }}{% endmacro %}
{% macro default__sql_type(type) %}{{ return(type) }}{% endmacro %}

{% macro wide_integer() %}{{ return(adapter.dispatch('wide_integer', 'grid_assessment')()) }}{% endmacro %}
{% macro default__wide_integer() %}hugeint{% endmacro %}

{% macro integer_divide(dividend, divisor) %}{{ return(adapter.dispatch('integer_divide', 'grid_assessment')(dividend, divisor)) }}{% endmacro %}
{% macro default__integer_divide(dividend, divisor) %}(({{ dividend }}) // ({{ divisor }})){% endmacro %}

{% macro add_seconds(instant, seconds) %}{{ return(adapter.dispatch('add_seconds', 'grid_assessment')(instant, seconds)) }}{% endmacro %}
{% macro default__add_seconds(instant, seconds) %}({{ instant }} + to_seconds({{ seconds }})){% endmacro %}

{% macro add_months(day, months) %}{{ return(adapter.dispatch('add_months', 'grid_assessment')(day, months)) }}{% endmacro %}
{% macro default__add_months(day, months) %}cast({{ day }} + to_months(cast({{ months }} as integer)) as date){% endmacro %}

{% macro add_days(day, days) %}{{ return(adapter.dispatch('add_days', 'grid_assessment')(day, days)) }}{% endmacro %}
{% macro default__add_days(day, days) %}cast({{ day }} + to_days(cast({{ days }} as integer)) as date){% endmacro %}

{# Whole microseconds between two instants; exact, so that seconds and hours can be cut from it. #}
{% macro microseconds_between(earlier, later) %}{{ return(adapter.dispatch('microseconds_between', 'grid_assessment')(earlier, later)) }}{% endmacro %}
{% macro default__microseconds_between(earlier, later) %}(epoch_us({{ later }}) - epoch_us({{ earlier }})){% endmacro %}

{% macro matches_whole(text, pattern) %}{{ return(adapter.dispatch('matches_whole', 'grid_assessment')(text, pattern)) }}{% endmacro %}
{% macro default__matches_whole(text, pattern) %}regexp_full_match({{ text }}, '{{ pattern }}'){% endmacro %}

{% macro json_text(json, key) %}{{ return(adapter.dispatch('json_text', 'grid_assessment')(json, key)) }}{% endmacro %}
{% macro default__json_text(json, key) %}json_extract_string({{ json }}, '$."{{ key }}"'){% endmacro %}

{# A JSON object as text from pairs (name, SQL of a text value); NULL values stay in it as null. #}
{% macro json_object_text(pairs) %}{{ return(adapter.dispatch('json_object_text', 'grid_assessment')(pairs)) }}{% endmacro %}
{% macro default__json_object_text(pairs) -%}
    cast(json_object(
        {%- for name, value in pairs %}
        '{{ name }}', {{ value }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) as string)
{%- endmacro %}

{# Texts of a group joined by a comma or another separator, in the order of an expression. #}
{% macro join_texts(text, order_by, separator=',') %}{{ return(adapter.dispatch('join_texts', 'grid_assessment')(text, order_by, separator)) }}{% endmacro %}
{% macro default__join_texts(text, order_by, separator) %}string_agg({{ text }}, '{{ separator }}' order by {{ order_by }}){% endmacro %}

{# What keeps a CTE from being stored when it is read several times: a scan of big files is cheaper twice. #}
{% macro not_materialized() %}{{ return(adapter.dispatch('not_materialized', 'grid_assessment')()) }}{% endmacro %}
{% macro default__not_materialized() %}not materialized{% endmacro %}

{#
    A hint beside `select` that a relation of its joins is small, for an engine that cannot know:
    few rows that are made from many would else count as many.
#}
{% macro small_relation(relation) %}{{ return(adapter.dispatch('small_relation', 'grid_assessment')(relation)) }}{% endmacro %}
{% macro default__small_relation(relation) %}{% endmacro %}

{# A number for a value, equal for equal values; different values share one so rarely that few are compared in vain. #}
{% macro value_hash(value) %}{{ return(adapter.dispatch('value_hash', 'grid_assessment')(value)) }}{% endmacro %}
{% macro default__value_hash(value) %}hash({{ value }}){% endmacro %}

{# A bigint for all values of a group, the same in whatever order they come. #}
{% macro unordered_hash(value) %}{{ return(adapter.dispatch('unordered_hash', 'grid_assessment')(value)) }}{% endmacro %}
{% macro default__unordered_hash(value) %}cast(sum(cast(hash({{ value }}) as hugeint)) % 9223372036854775807 as bigint){% endmacro %}

{# Rows of a text table: what an inline list of codes becomes. #}
{% macro code_list(column, codes) -%}
    (
        {%- for code in codes %}
        select '{{ code }}' as {{ column }}{{ '\n        union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
