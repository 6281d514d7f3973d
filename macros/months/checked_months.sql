{#
    The tests of the big models look at the months that no build has checked yet:
    a month that was built, found sound and has not changed since is sound still.
    `dbt test` by itself looks at every month, and so does a build of everything.
#}

{# The table of months whose tests have passed, with the fingerprint that they had. #}
{% macro checked_months() %}
    {{ return(api.Relation.create(
        database=target.database, schema='intermediate', identifier='checked_months'
    )) }}
{% endmacro %}

{# int_month_inputs for the tests: a mart's own test cannot name it by ref, and every big model is made after it. #}
{% macro month_inputs() %}
    {{ return(api.Relation.create(
        database=target.database, schema='intermediate', identifier='int_month_inputs'
    )) }}
{% endmacro %}

{# What a month has to be to count as checked: its fingerprint and the version of the tests. #}
{% macro checked_fingerprint() %}
    {%- set code = [] -%}
    {%- for name, node in graph.nodes.items() | sort(attribute='0') if node.resource_type == 'test' -%}
        {%- do code.append(node.raw_code) -%}
    {%- endfor -%}
    {{ return("concat(inputs.fingerprint, '|" ~ local_md5(code | join('|')) ~ "')") }}
{% endmacro %}

{#
    A condition: the row is of a month that a test of a big model has to look at.
    column: the month as text (YYYY-MM) or, with is_date, as the date of its first day.
#}
{% macro is_month_to_check(column, is_date=true) %}
    {%- if not execute or flags.WHICH != 'build' -%}{{ return('true') }}{%- endif -%}
    {%- set found = run_query(
        'select inputs.landed_month, checked.fingerprint is not null from ' ~ month_inputs() ~ ' as inputs'
        ~ ' left join ' ~ checked_months() ~ ' as checked'
        ~ ' on inputs.landed_month = checked.landed_month'
        ~ ' and ' ~ checked_fingerprint() ~ ' = checked.fingerprint order by 1'
    ) -%}
    {%- set unchecked = [] -%}
    {%- for row in found.rows if not row[1] -%}{%- do unchecked.append(row[0]) -%}{%- endfor -%}
    {%- if unchecked | length == found.rows | length -%}{{ return('true') }}{%- endif -%}
    {{ return(is_one_of_months(column, unchecked, is_date)) }}
{% endmacro %}

{# At the end of a run in which every test of the big models ran and nothing failed: their months are checked. #}
{% macro record_checked_months(results) %}
    {%- if not execute or flags.WHICH not in ('build', 'test') -%}{{ return('') }}{%- endif -%}
    {%- set passed = [] -%}
    {%- for result in results -%}
        {%- if result.status in ('error', 'fail', 'skipped', 'runtime error', 'partial success') -%}
            {{ return('') }}
        {%- elif result.node.resource_type == 'test' -%}
            {%- do passed.append(result.node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for name, node in graph.nodes.items()
        if node.resource_type == 'test' and 'checks_months' in node.tags and name not in passed -%}
        {{ return('') }}
    {%- endfor -%}
    delete from {{ checked_months() }};
    insert into {{ checked_months() }}
    select inputs.landed_month, {{ checked_fingerprint() }}
    from {{ month_inputs() }} as inputs
{% endmacro %}
