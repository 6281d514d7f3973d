{#
    The staging query of a raw dataset: every landed row, typed, with the reasons
    for its rejection and its row_status_code.

    rejected    the row breaks the contract (judged first, row by row)
    accepted    the current version: of the rows not rejected, per natural key,
                the highest (version, load_id)
    superseded  any other version, and the repeats of an identical row

    `extra_reasons` maps reason codes to conditions over typed_rows and the
    relations of `extra_joins`. Conditions that are NULL do not reject.
#}
{% macro judged_rows(dataset, extra_reasons={}, extra_joins='', fixes_month=false) %}
    {%- set contract = var('raw_contract')[dataset] -%}
    {%- set columns = contract.columns -%}
    {%- set version = contract.version | default(none) -%}
    {%- set version_columns = contract.key + ([version] if version else []) -%}
    {%- set month = 'cast(date_trunc(\'month\', ' ~ contract.month_of ~ ') as date)' -%}

typed_rows as (
    {{ raw_rows(dataset) | indent(4) }}
),

-- Only keys that a load repeats can conflict: content is compared for them alone.
repeated_keys as (
    select
        load_id,
        {{ version_columns | join(',\n        ') }}
    from typed_rows
    where {% for column in version_columns %}{{ 'and ' if not loop.first }}{{ column }} is not null
        {% endfor -%}
    group by load_id, {{ version_columns | join(', ') }}
    having count(*) > 1
),

conflicting_keys as (
    select
        typed_rows.load_id,
        {%- for column in version_columns %}
        typed_rows.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from typed_rows
    inner join repeated_keys
        on typed_rows.load_id = repeated_keys.load_id
        {%- for column in version_columns %}
        and typed_rows.{{ column }} = repeated_keys.{{ column }}
        {%- endfor %}
    group by
        typed_rows.load_id,
        {%- for column in version_columns %}
        typed_rows.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    having count(distinct {{ row_content(columns) | indent(8) }}) > 1
),

judged_rows as (
    select
        typed_rows.*,
        {{ month | replace(contract.month_of, 'typed_rows.' ~ contract.month_of) }} as own_month,
        {{ reason_codes(dataset, extra_reasons) | indent(8) }} as row_reason_codes
    from typed_rows
    left join conflicting_keys
        on typed_rows.load_id = conflicting_keys.load_id
        {%- for column in version_columns %}
        and typed_rows.{{ column }} = conflicting_keys.{{ column }}
        {%- endfor %}
    {%- for column, rule in columns.items() if rule.reference is defined %}
    left join {{ 'indicator_codes' if rule.reference == 'indicators' else rule.reference }}
        on typed_rows.{{ column }} = {{ 'indicator_codes' if rule.reference == 'indicators' else rule.reference }}.{{ column }}
    {%- endfor %}
    {{ extra_joins | indent(4) }}
),

{% if fixes_month -%}
-- The lowest version without any reason fixes the month of its key.
first_months as (
    select
        *,
        first_value(own_month) over (
            partition by {{ contract.key | join(', ') }}
            order by {{ version }}, load_id, folder_month, row_number
        ) as first_month
    from judged_rows
    where row_reason_codes is null
),

kept_rows as (
    select *
    from first_months
    where own_month = first_month
),

month_changed_rows as (
    select *
    from first_months
    where own_month <> first_month
),
{%- else -%}
kept_rows as (
    select *
    from judged_rows
    where row_reason_codes is null
),
{%- endif %}

ranked_rows as (
    select
        *,
        row_number() over (
            partition by {{ contract.key | join(', ') }}
            order by
                {%- if version %}
                {{ version }} desc,
                {%- endif %}
                load_id desc,
                folder_month asc,
                row_number asc
        ) as version_rank
    from kept_rows
),

all_rows as (
    select
        {{ row_columns(dataset) | indent(8) }},
        own_month,
        case
            when version_rank = 1 then 'accepted'
            else 'superseded'
        end as row_status_code,
        cast(null as varchar) as reason_codes,
        cast(null as varchar) as raw_row
    from ranked_rows
    {%- if fixes_month %}
    union all
    select
        {{ row_columns(dataset) | indent(8) }},
        own_month,
        'rejected' as row_status_code,
        'registered_month_changed' as reason_codes,
        {{ raw_row(columns) | indent(8) }} as raw_row
    from month_changed_rows
    {%- endif %}
    union all
    select
        {{ row_columns(dataset) | indent(8) }},
        own_month,
        'rejected' as row_status_code,
        row_reason_codes as reason_codes,
        {{ raw_row(columns) | indent(8) }} as raw_row
    from judged_rows
    where row_reason_codes is not null
)
{% endmacro %}

{# load_id, folder_month, row_number, natural_key and the contract's columns. #}
{% macro row_columns(dataset) -%}
    {%- set contract = var('raw_contract')[dataset] -%}
    load_id,
    folder_month,
    row_number,
    concat(
        {%- for column in contract.key %}
        coalesce(cast({{ column }} as varchar), ''){{ ", '|'," if not loop.last }}
        {%- endfor %}
    ) as natural_key,
    {%- for column in contract.columns %}
    {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The typed content of a row, to tell an identical repeat from a conflicting one. #}
{% macro row_content(columns) -%}
    concat(
        {%- for column in columns %}
        coalesce(concat('=', cast(typed_rows.{{ column }} as varchar)), ''), chr(31),
        {%- endfor %}
        coalesce(typed_rows.unparsed, '')
    )
{%- endmacro %}

{# The contract's columns in order as JSON strings, NULLs included; as delivered, also where unparsed. #}
{% macro raw_row(columns) -%}
    {%- if var('raw_source') == 'landing' -%}
        {%- set pairs = [] -%}
        {%- for column in columns -%}
            {%- do pairs.append((
                column,
                'coalesce(' ~ json_text('unparsed', column) ~ ', cast(' ~ column ~ ' as varchar))'
            )) -%}
        {%- endfor -%}
        {{ json_object_text(pairs) }}
    {%- else -%}
        raw_row
    {%- endif -%}
{%- endmacro %}

{# The codes of all reasons that reject a row, joined by commas; NULL without any. #}
{% macro reason_codes(dataset, extra_reasons) -%}
    {%- set contract = var('raw_contract')[dataset] -%}
    {%- set reasons = {} -%}
    {%- set missing = [] -%}
    {%- set unknown = [] -%}
    {%- set below = [] -%}
    {%- for column, rule in contract.columns.items() -%}
        {%- set value = 'typed_rows.' ~ column -%}
        {%- if not rule.optional | default(false) and not rule.nullable | default(false) -%}
            {%- do missing.append(
                '(' ~ value ~ ' is null and not ' ~ is_unparsed_cell(column, rule.type) ~ ')'
            ) -%}
        {%- endif -%}
        {%- if rule.reference is defined -%}
            {%- set reference = 'indicator_codes' if rule.reference == 'indicators' else rule.reference -%}
            {%- do unknown.append(
                '(' ~ value ~ ' is not null and ' ~ reference ~ '.' ~ column ~ ' is null)'
            ) -%}
        {%- elif rule.codes is defined -%}
            {%- do unknown.append(value ~ " not in ('" ~ rule.codes | join("', '") ~ "')") -%}
        {%- endif -%}
        {%- if rule.minimum is defined -%}
            {%- do below.append(value ~ ' < ' ~ rule.minimum) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do reasons.update({'missing_required_value': missing | join(' or ')}) -%}
    {%- do reasons.update({'unparsable_value': 'typed_rows.unparsed is not null'}) -%}
    {%- if unknown -%}{%- do reasons.update({'unknown_code': unknown | join(' or ')}) -%}{%- endif -%}
    {%- if below -%}{%- do reasons.update({'count_below_minimum': below | join(' or ')}) -%}{%- endif -%}
    {%- do reasons.update({
        'outside_folder_month': "typed_rows.folder_month <> 'none'"
            ~ " and typed_rows.folder_month <> substring(cast("
            ~ 'typed_rows.' ~ contract.month_of ~ ' as varchar), 1, 7)',
        'conflicting_duplicate': 'conflicting_keys.load_id is not null',
    }) -%}
    {%- for code, condition in extra_reasons.items() -%}
        {%- if code in reasons -%}
            {%- do reasons.update({code: reasons[code] ~ ' or ' ~ condition}) -%}
        {%- else -%}
            {%- do reasons.update({code: condition}) -%}
        {%- endif -%}
    {%- endfor -%}
    nullif(
        concat_ws(
            ',',
            {%- for code, condition in reasons.items() %}
            case when {{ condition }} then '{{ code }}' end{{ ',' if not loop.last }}
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}

{# Whether a NULL cell is one whose text could not be parsed: then it is unparsable and not missing. #}
{% macro is_unparsed_cell(column, type) -%}
    {%- if var('raw_source') == 'landing' -%}
        (
            typed_rows.unparsed is not null
            and {{ json_text('typed_rows.unparsed', column) }} is not null
        )
    {%- else -%}
        (
            typed_rows.unparsed is not null
            and typed_rows.unparsed like concat('%', chr(31), '{{ column }}=%')
        )
    {%- endif -%}
{%- endmacro %}
