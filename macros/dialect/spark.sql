{# What differs on Apache Spark; the other half of duckdb.sql. #}

{# A text has no length. #}
{% macro spark__sql_type(type) %}{{ return('string' if type == 'varchar' else type) }}{% endmacro %}

{% macro spark__wide_integer() %}decimal(38, 0){% endmacro %}

{% macro spark__integer_divide(dividend, divisor) %}(({{ dividend }}) div ({{ divisor }})){% endmacro %}

{% macro spark__add_seconds(instant, seconds) %}timestampadd(second, {{ seconds }}, {{ instant }}){% endmacro %}

{% macro spark__add_months(day, months) %}add_months({{ day }}, cast({{ months }} as integer)){% endmacro %}

{% macro spark__add_days(day, days) %}date_add({{ day }}, cast({{ days }} as integer)){% endmacro %}

{% macro spark__microseconds_between(earlier, later) -%}
    (unix_micros(cast({{ later }} as timestamp_ltz)) - unix_micros(cast({{ earlier }} as timestamp_ltz)))
{%- endmacro %}

{% macro spark__matches_whole(text, pattern) %}{{ text }} rlike r'\A(?:{{ pattern }})\z'{% endmacro %}

{% macro spark__json_text(json, key) %}get_json_object({{ json }}, '$.{{ key }}'){% endmacro %}

{% macro spark__json_object_text(pairs) -%}
    to_json(
        named_struct(
            {%- for name, value in pairs %}
            '{{ name }}', {{ value }}{{ ',' if not loop.last }}
            {%- endfor %}
        ),
        map('ignoreNullFields', 'false')
    )
{%- endmacro %}

{% macro spark__join_texts(text, order_by, separator) %}listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }}){% endmacro %}

{# Spark stores no CTE by itself. #}
{% macro spark__not_materialized() %}{% endmacro %}

{% macro spark__small_relation(relation) %}/*+ broadcast({{ relation }}) */{% endmacro %}

{% macro spark__value_hash(value) %}xxhash64({{ value }}){% endmacro %}

{% macro spark__unordered_hash(value) %}cast(sum(cast(xxhash64({{ value }}) as decimal(38, 0))) % 9223372036854775807 as bigint){% endmacro %}

{# The column that spark__load_csv_rows writes beside those of the file. #}
{% macro spark__seed_row_number() %}cast(row_number() over (partition by load_id order by seed_row_number) as bigint){% endmacro %}
