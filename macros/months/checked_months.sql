{#
    The tests of the big models look at the months that no build has checked yet:
    a month that was built, found sound and has not changed since is sound still.
    `dbt test` by itself looks at every month, and so do a build of everything and one
    of some models (is_whole_run), which do not say what they have checked.
#}

{#
    What the months of a dataset have to be to count as checked: their fingerprints and
    the version of the tests and of what the models declare to them.
#}
{% macro checked_fingerprints(dataset) -%}
    {%- set code = [] -%}
    {%- for name, node in graph.nodes.items() | sort(attribute='0') -%}
        {%- if node.resource_type == 'test' -%}
            {%- do code.append(node.raw_code) -%}
        {%- elif node.resource_type == 'model' and node.config.meta.built_by_month is defined -%}
            {%- do code.append(tojson(node.config.meta, sort_keys=true)) -%}
            {%- for column in node.columns.values() -%}
                {%- do code.append(column.name ~ tojson(column.config.meta, sort_keys=true)) -%}
            {%- endfor -%}
        {%- endif -%}
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
    {%- if not execute or not is_whole_run() -%}{{ return('true') }}{%- endif -%}
    {#- without months of its own, a mart has no version of its code in them -#}
    {%- if dataset == 'marts' and not can_delete_rows() -%}{{ return('true') }}{%- endif -%}
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

{# At the end of a run of all models and all tests that look at months, in which nothing failed: their months are checked. #}
{% macro record_checked_months(results) %}
    {%- if not execute or not is_whole_run() -%}{{ return('') }}{%- endif -%}
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
