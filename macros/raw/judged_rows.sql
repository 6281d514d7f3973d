{#
    The staging query of a raw dataset: landed rows, typed, with the reasons for
    their rejection and their row_status_code.

    rejected    the row breaks the contract (judged first, row by row)
    accepted    the current version: of the rows not rejected, per natural key,
                the highest (version, load_id)
    superseded  any other version, and the repeats of an identical row

    `extra_reasons` maps reason codes to conditions over typed_rows and the
    relations of `extra_ctes` and `extra_joins`. Conditions that are NULL do not reject.
    `repeated_keys` is a query of the natural keys (key_text) that several landed
    rows have, found among the rows to judge without it; only they can have versions,
    so only they are compared and ordered. With `contested_only` the rows that are
    accepted without any comparison are left out. `row_sets` are conditions on the rows
    to judge, read one after the other.
#}
{% macro judged_rows(
    dataset,
    extra_reasons={},
    extra_joins='',
    extra_ctes='',
    fixes_month=false,
    repeated_keys=none,
    contested_only=false,
    row_sets=['true']
) %}
    {%- set contract = var('raw_contract')[dataset] -%}
    {%- set columns = contract.columns -%}
    {%- set version = contract.version | default(none) -%}
    {%- set version_columns = contract.key + ([version] if version else []) -%}

typed_rows as {{ not_materialized() if repeated_keys else '' }} (
    {%- for condition in row_sets %}
    select landed_rows.*
    from (
        {{ raw_rows(dataset) | indent(8) }}
    ) as landed_rows
    where {{ condition }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

{{ extra_ctes }}

repeated_keys as (
    {%- if repeated_keys %}
    {{ repeated_keys | indent(4) }}
    {%- else %}
    select {{ key_text(dataset) }} as natural_key
    from typed_rows
    where {{ are_known(contract.key) }}
    group by {{ key_text(dataset) }}
    having count(*) > 1
    {%- endif %}
),

reasoned_rows as (
    select {{ small_relation('month_cutoffs') if 'month_cutoffs' in extra_joins }}
        typed_rows.*,
        {{ first_of_month('typed_rows.' ~ contract.month_of) }} as own_month,
        repeated_keys.natural_key is not null as is_repeated,
        {{ reason_codes(dataset, extra_reasons) | indent(8) }} as own_reason_codes
    from typed_rows
    left join repeated_keys
        on {{ key_text(dataset, 'typed_rows') }} = repeated_keys.natural_key
    {%- for column, rule in columns.items() if rule.reference is defined %}
    left join {{ 'indicator_codes' if rule.reference == 'indicators' else rule.reference }}
        on typed_rows.{{ column }} = {{ 'indicator_codes' if rule.reference == 'indicators' else rule.reference }}.{{ column }}
    {%- endfor %}
    {{ extra_joins | indent(4) }}
),

kept_rows as (
    select *
    from reasoned_rows
    {%- if contested_only %}
    where is_repeated or own_reason_codes is not null
    {%- endif %}
),

-- Rows of one load with equal key and version, but different content.
conflicting_keys as (
    select
        load_id,
        {{ version_columns | join(',\n        ') }}
    from kept_rows
    where is_repeated and {{ are_known(version_columns) }}
    group by load_id, {{ version_columns | join(', ') }}
    having count(distinct {{ row_content(columns) | indent(8) }}) > 1
),

judged_rows as (
    select
        kept_rows.*,
        case
            when conflicting_keys.load_id is not null
                then concat_ws(
                    ',', kept_rows.own_reason_codes, 'conflicting_duplicate'
                )
            else kept_rows.own_reason_codes
        end as row_reason_codes
    from kept_rows
    left join conflicting_keys
        on kept_rows.load_id = conflicting_keys.load_id
        and {{ are_equal('kept_rows', 'conflicting_keys', version_columns) | indent(8) }}
),

contested_rows as (
    select
        *,
        {%- if fixes_month %}
        -- The lowest version without any reason fixes the month of its key.
        first_value(own_month) over (
            partition by {{ contract.key | join(', ') }}
            order by {{ version }}, load_id, folder_month, row_number
        ) as first_month
        {%- else %}
        own_month as first_month
        {%- endif %}
    from judged_rows
    where is_repeated and row_reason_codes is null
),

ranked_rows as (
    select
        *,
        row_number() over (
            partition by
                {{ contract.key | join(',\n                ') }},
                own_month = first_month
            order by
                {%- if version %}
                {{ version }} desc,
                {%- endif %}
                load_id desc,
                folder_month asc,
                row_number asc
        ) as version_rank
    from contested_rows
),

decided_rows as (
    select
        *,
        case
            when own_month <> first_month then 'rejected'
            when version_rank = 1 then 'accepted'
            else 'superseded'
        end as row_status_code,
        case
            when own_month <> first_month then 'registered_month_changed'
        end as reason_codes
    from ranked_rows
),

all_rows as (
    select
        {{ row_columns(dataset) | indent(8) }},
        own_month,
        row_status_code,
        reason_codes,
        case
            when row_status_code = 'rejected'
                then {{ raw_row(columns) | indent(16) }}
        end as raw_row
    from decided_rows
    union all
    select
        {{ row_columns(dataset) | indent(8) }},
        own_month,
        case
            when row_reason_codes is null then 'accepted'
            else 'rejected'
        end as row_status_code,
        row_reason_codes as reason_codes,
        case
            when row_reason_codes is not null
                then {{ raw_row(columns) | indent(16) }}
        end as raw_row
    from judged_rows
    where not is_repeated or row_reason_codes is not null
)
{% endmacro %}

{# A condition: all columns have a value. #}
{% macro are_known(columns) -%}
    {%- for column in columns %}{{ ' and ' if not loop.first }}{{ column }} is not null{% endfor -%}
{%- endmacro %}

{# A join condition: the columns of two relations are equal, one by one. #}
{% macro are_equal(left_relation, right_relation, columns) -%}
    {%- for column in columns %}
    {{- '\nand ' if not loop.first }}{{ left_relation }}.{{ column }} = {{ right_relation }}.{{ column }}
    {%- endfor -%}
{%- endmacro %}

{# load_id, folder_month, landed_month, row_number, natural_key and the contract's columns. #}
{% macro row_columns(dataset) -%}
    {%- set contract = var('raw_contract')[dataset] -%}
    load_id,
    folder_month,
    landed_month,
    row_number,
    concat(
        {%- for column in contract.key %}
        coalesce(cast({{ column }} as string), ''){{ ", '|'," if not loop.last }}
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
        case
            when {{ column }} is null then ''
            else concat('=', cast({{ column }} as string))
        end, chr(31),
        {%- endfor %}
        coalesce(unparsed, '')
    )
{%- endmacro %}

{# The contract's columns in order as JSON strings, NULLs included; as delivered, also where unparsed. #}
{% macro raw_row(columns) -%}
    {%- if var('raw_source') == 'landing' -%}
        {%- set pairs = [] -%}
        {%- for column in columns -%}
            {%- do pairs.append((
                column,
                'coalesce(' ~ json_text('unparsed', column) ~ ', cast(' ~ column ~ ' as string))'
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
        'outside_folder_month': "typed_rows.folder_month <> 'none' and ("
            ~ 'typed_rows.landed_date <> ' ~ first_of_month('typed_rows.' ~ contract.month_of)
            ~ ' or (typed_rows.landed_date is null and typed_rows.' ~ contract.month_of
            ~ ' is not null))',
    }) -%}
    {%- for code, condition in extra_reasons.items() -%}
        {%- if code in reasons -%}
            {%- do reasons.update({code: reasons[code] ~ ' or ' ~ condition}) -%}
        {%- else -%}
            {%- do reasons.update({code: condition}) -%}
        {%- endif -%}
    {%- endfor -%}
    case
        when
            {%- for condition in reasons.values() %}
            {{ 'or ' if not loop.first }}({{ condition }})
            {%- endfor %}
            then concat_ws(
                ',',
                {%- for code, condition in reasons.items() %}
                case when {{ condition }} then '{{ code }}' end{{ ',' if not loop.last }}
                {%- endfor %}
            )
    end
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
