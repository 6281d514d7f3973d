{#
    The tests of the big models look at the months that no build has checked yet:
    a month that was built, found sound and has not changed since is sound still.
    `dbt test` by itself looks at every month, and so does a build of everything.
#}

{# What the months of a dataset have to be to count as checked: their fingerprints and the version of the tests. #}
{% macro checked_fingerprints(dataset) -%}
    {%- set code = [] -%}
    {%- for name, node in graph.nodes.items() | sort(attribute='0') if node.resource_type == 'test' -%}
        {%- do code.append(node.raw_code) -%}
    {%- endfor -%}
    select
        '{{ dataset }}' as dataset,
        months.landed_month,
        concat(months.fingerprint, ' {{ local_md5(code | join('|')) }}') as fingerprint
    from ({{ month_fingerprints(dataset, with_cutoff=true) }}) as months
{%- endmacro %}

{#
    A condition: the row is of a month that a test of a big model has to look at.
    column: the month as text (YYYY-MM) or, with is_date, as the date of its first day.
#}
{% macro is_month_to_check(column, is_date=true, dataset='cases') %}
    {%- if not execute or flags.WHICH != 'build' -%}{{ return('true') }}{%- endif -%}
    {%- set found = run_query(
        'select months.landed_month, checked.fingerprint is not null from ('
        ~ checked_fingerprints(dataset) ~ ') as months left join ' ~ inner_table('checked_months')
        ~ ' as checked on months.dataset = checked.dataset and months.landed_month = checked.landed_month'
        ~ ' and months.fingerprint = checked.fingerprint order by 1'
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
    {%- set fingerprints = [] -%}
    {%- for dataset in datasets_by_month() + ['marts'] -%}
        {%- do fingerprints.append(checked_fingerprints(dataset)) -%}
    {%- endfor %}
    {{ replace_rows(inner_table('checked_months'), fingerprints | join('\nunion all\n')) }}
{% endmacro %}
