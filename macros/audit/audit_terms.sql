{#
    CTEs from the two editions of the bulletin to the terms of every relation. The
    model imports published_figures, computed_figures, figure_codes, relations,
    districts, case_sources, case_categories, indicators and mechanisms.
#}

{# Every figure of both editions, once; and those that follow from the rules in force. #}
{% macro audited_figure_ctes() -%}
printed_figures as (
    {%- for edition_code, relation, value in [
        ('published', 'published_figures', 'value'),
        ('computed', 'computed_figures', 'printed_value'),
    ] %}
    select
        '{{ edition_code }}' as edition_code,
        assessment_month,
        assessment_group_code,
        figure_code,
        district_code,
        member_code,
        cast({{ value }} as decimal(28, 8)) as figure_value
    from {{ relation }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

bulletins as (
    select distinct
        edition_code,
        assessment_month,
        assessment_group_code
    from printed_figures
),

-- What a score may not exceed: the printed full marks and the bonus cap of the
-- mechanism's indicators, and the same of a single indicator.
indicator_limits as (
    select
        bulletins.edition_code,
        bulletins.assessment_month,
        bulletins.assessment_group_code,
        indicators.mechanism_code,
        indicators.indicator_code,
        indicators.bonus_cap,
        indicators.full_marks + indicators.bonus_cap as score_limit
    from bulletins
    inner join indicators
        on {{ is_in_force('indicators', 'bulletins.assessment_month')
            | indent(8) }}
),

bonus_caps as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        mechanism_code,
        sum(bonus_cap) as bonus_cap
    from indicator_limits
    group by
        edition_code,
        assessment_month,
        assessment_group_code,
        mechanism_code
),

mechanism_counts as (
    select
        bulletins.edition_code,
        bulletins.assessment_month,
        bulletins.assessment_group_code,
        count(*) as mechanism_count
    from bulletins
    inner join mechanisms
        on {{ is_in_force('mechanisms', 'bulletins.assessment_month')
            | indent(8) }}
    group by
        bulletins.edition_code,
        bulletins.assessment_month,
        bulletins.assessment_group_code
),

-- Only a district with the scores of all mechanisms in force has a sum.
weighted_sums as (
    select
        printed_figures.edition_code,
        printed_figures.assessment_month,
        printed_figures.assessment_group_code,
        printed_figures.district_code,
        cast(sum(
            cast(printed_figures.figure_value as decimal(9, 2))
            * mechanisms.total_weight
        ) as decimal(28, 8)) as weighted_sum,
        {{ join_texts(figure_key('printed_figures'),
            'printed_figures.member_code') | indent(8) }} as figure_keys,
        count(*) as score_count
    from printed_figures
    inner join mechanisms
        on
            printed_figures.member_code = mechanisms.mechanism_code
            and {{ is_in_force('mechanisms', 'printed_figures.assessment_month')
                | indent(12) }}
    where
        printed_figures.figure_code = 'mechanism_score'
        and printed_figures.figure_value is not null
    group by
        printed_figures.edition_code,
        printed_figures.assessment_month,
        printed_figures.assessment_group_code,
        printed_figures.district_code
),

audited_figures as (
    select
        printed_figures.*,
        {{ figure_key('printed_figures') }} as figure_keys,
        printed_figures.figure_code as printed_figure_code,
        cast(null as varchar(30)) as derived_name
    from printed_figures
    union all
    select
        printed_figures.edition_code,
        printed_figures.assessment_month,
        printed_figures.assessment_group_code,
        'mechanism_score_limit' as figure_code,
        printed_figures.district_code,
        printed_figures.member_code,
        printed_figures.figure_value
        + coalesce(bonus_caps.bonus_cap, 0) as figure_value,
        {{ figure_key('printed_figures') }} as figure_keys,
        printed_figures.figure_code as printed_figure_code,
        '满分与附加分之和' as derived_name
    from printed_figures
    left join bonus_caps
        on
            {{ same_bulletin('printed_figures', 'bonus_caps') | indent(12) }}
            and printed_figures.member_code = bonus_caps.mechanism_code
    where printed_figures.figure_code = 'mechanism_full_marks'
    union all
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        'indicator_score_limit' as figure_code,
        'all' as district_code,
        indicator_code as member_code,
        cast(score_limit as decimal(28, 8)) as figure_value,
        cast(null as varchar(30)) as figure_keys,
        'mechanism_full_marks' as printed_figure_code,
        '指标满分' as derived_name
    from indicator_limits
    union all
    select
        weighted_sums.edition_code,
        weighted_sums.assessment_month,
        weighted_sums.assessment_group_code,
        'weighted_score_sum' as figure_code,
        weighted_sums.district_code,
        'none' as member_code,
        weighted_sums.weighted_sum as figure_value,
        weighted_sums.figure_keys,
        'mechanism_score' as printed_figure_code,
        '各机制得分按权重合计' as derived_name
    from weighted_sums
    inner join mechanism_counts
        on
            {{ same_bulletin('weighted_sums', 'mechanism_counts')
                | indent(12) }}
            and weighted_sums.score_count = mechanism_counts.mechanism_count
)
{%- endmacro %}

{# Code, district and member of a figure in one text. #}
{% macro figure_key(relation) -%}
    concat(
        {{ relation }}.figure_code, ':',
        {{ relation }}.district_code, ':',
        {{ relation }}.member_code
    )
{%- endmacro %}

{# A condition: two relations have figures of the same edition, month and group. #}
{% macro same_bulletin(one, other) -%}
    {{ one }}.edition_code = {{ other }}.edition_code
    and {{ one }}.assessment_month = {{ other }}.assessment_month
    and {{ one }}.assessment_group_code = {{ other }}.assessment_group_code
{%- endmacro %}

{# The members of the sets whose names begin with @, and the names of members. #}
{% macro member_ctes() -%}
set_members as (
    select
        '@sources' as member_set,
        source_code as member_code,
        source_name as member_name
    from case_sources
    union all
    select
        '@municipal_sources' as member_set,
        source_code as member_code,
        source_name as member_name
    from case_sources
    where tier_code = 'municipal'
    union all
    select
        '@categories' as member_set,
        category_code as member_code,
        category_name as member_name
    from case_categories
    {%- for class_code in ['event', 'component', 'complaint_response'] %}
    union all
    select
        '@{{ class_code }}_categories' as member_set,
        concat('{{ class_code }}|', category_code) as member_code,
        category_name as member_name
    from case_categories
    where '{{ class_code }}' in ('complaint_response', class_code)
    {%- endfor %}
    union all
    select
        'mechanisms' as member_set,
        mechanism_code as member_code,
        max(mechanism_name) as member_name
    from mechanisms
    group by mechanism_code
),

member_names as (
    select
        member_code,
        max(member_name) as member_name
    from set_members
    group by member_code
),

set_sizes as (
    select
        member_set,
        count(*) as member_count
    from set_members
    group by member_set
),

group_sizes as (
    select
        assessment_group_code,
        count(*) as district_count,
        count(case when is_ranked then 1 end) as ranked_count
    from districts
    group by assessment_group_code
)
{%- endmacro %}

{#
    The figures that stand on each side of a relation, one row each, with the
    instance (district, member) of the relation; an instance that is NULL stands
    for every one. A figure without a value is no term.
#}
{% macro term_ctes() -%}
relation_sides as (
    {%- for side_code, prefix in [
        ('part', ''), ('whole', 'of_'), ('numerator', 'numerator_')
    ] %}
    select
        relation_code,
        '{{ side_code }}' as side_code,
        {{ prefix }}figure_code as figure_code,
        {{ prefix }}member_set as member_set,
        {{ "district_axis = 'districts'" if side_code == 'part' else 'false' }}
            as is_by_district,
        {{ "district_axis <> 'same'" if side_code == 'part' else 'false' }}
            as is_of_districts,
        {{ "district_axis <> 'same'" if side_code == 'whole' else 'false' }}
            as is_of_city
    from relations
    where {{ prefix }}figure_code is not null
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

sized_sides as (
    select
        relation_sides.*,
        case
            when relation_sides.member_set = '*' then 1
            else coalesce(
                set_sizes.member_count,
                length(relation_sides.member_set)
                - length(replace(relation_sides.member_set, ';', '')) + 1
            )
        end as member_count
    from relation_sides
    left join set_sizes
        on relation_sides.member_set = set_sizes.member_set
),

terms as (
    select
        audited_figures.edition_code,
        audited_figures.assessment_month,
        audited_figures.assessment_group_code,
        sides.relation_code,
        sides.side_code,
        audited_figures.district_code,
        audited_figures.member_code,
        case
            when sides.is_by_district then 'all'
            when not sides.is_of_city then audited_figures.district_code
        end as at_district_code,
        case
            when sides.member_set = '*' then audited_figures.member_code
            when sides.side_code = 'part' then sides.member_set
        end as at_member_code,
        sides.member_count * case
            when sides.is_by_district then group_sizes.district_count else 1
        end as expected_count,
        figure_codes.decimal_places,
        figure_codes.printed_unit,
        figure_codes.printed_step_millionths,
        coalesce(audited_figures.derived_name, figure_codes.figure_name)
            as quantity_name,
        case
            when audited_figures.district_code = 'all' then '全市'
            else coalesce(
                districts.district_name, audited_figures.district_code
            )
        end as place_name,
        coalesce(
            {{ fixed_member_name('audited_figures.member_code')
                | indent(12) }},
            member_names.member_name
        ) as member_name,
        sides.is_by_district,
        sides.member_set like '%categories' as is_long_list,
        audited_figures.figure_keys,
        audited_figures.figure_value
    from audited_figures
    inner join sized_sides as sides
        on audited_figures.figure_code = sides.figure_code
    inner join figure_codes
        on audited_figures.printed_figure_code = figure_codes.figure_code
    inner join group_sizes
        on
            audited_figures.assessment_group_code
            = group_sizes.assessment_group_code
    left join districts
        on audited_figures.district_code = districts.district_code
    left join member_names
        on audited_figures.member_code = member_names.member_code
    left join set_members
        on
            sides.member_set = set_members.member_set
            and audited_figures.member_code = set_members.member_code
    where
        audited_figures.figure_value is not null
        and not (sides.is_of_districts and audited_figures.district_code = 'all')
        and (not sides.is_of_city or audited_figures.district_code = 'all')
        and (
            sides.member_set = '*'
            or set_members.member_code is not null
            or contains(
                concat(';', sides.member_set, ';'),
                concat(';', audited_figures.member_code, ';')
            )
        )
),

worded_terms as (
    select
        *,
        concat(
            quantity_name,
            case
                when member_name is not null
                    then concat('（', member_name, '）')
                else ''
            end
        ) as named_quantity,
        concat(
            {{ printed_number('figure_value', 'decimal_places') | indent(12) }},
            {{ unit_word('printed_unit') | indent(12) }}
        ) as value_text
    from terms
),

-- One side of one relation, once for each instance: its terms added up.
sides as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        relation_code,
        side_code,
        at_district_code,
        at_member_code,
        max(expected_count) as expected_count,
        count(*) as term_count,
        max(decimal_places) as decimal_places,
        max(printed_unit) as printed_unit,
        max(printed_step_millionths) as printed_step_millionths,
        cast(sum(figure_value) as decimal(28, 8)) as side_value,
        min(figure_value) as lowest_value,
        max(figure_value) as highest_value,
        cast(
            sum(printed_step_millionths) * cast(0.0000005 as decimal(8, 7))
            as decimal(28, 8)
        ) as rounding_allowance,
        {{ join_texts('figure_keys', 'district_code, member_code') }}
            as figure_keys,
        {{ join_texts(
            'concat(case when is_by_district then place_name'
            ~ ' else coalesce(member_name, quantity_name) end, value_text)',
            'district_code, member_code', '、'
        ) | indent(8) }} as list_text,
        case
            when count(*) = 1
                then concat(max(place_name), max(named_quantity))
            when max(is_by_district) then max(named_quantity)
            else concat(max(place_name), max(quantity_name))
        end as side_name,
        max(is_long_list) as is_long_list
    from worded_terms
    group by
        edition_code,
        assessment_month,
        assessment_group_code,
        relation_code,
        side_code,
        at_district_code,
        at_member_code
),

worded_sides as (
    select
        *,
        concat(
            {{ printed_number('side_value', 'decimal_places') | indent(12) }},
            {{ unit_word('printed_unit') | indent(12) }}
        ) as value_text,
        case
            when term_count = 1 then side_name
            when is_long_list
                then concat(side_name, '（', term_count, '个小类）合计')
            else concat(side_name, '（', list_text, '）合计')
        end as side_text
    from sides
)
{%- endmacro %}
