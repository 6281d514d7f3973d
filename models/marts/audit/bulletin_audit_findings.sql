{{ built_by_month('marts') }}

-- One row per finding: a figure of a bulletin that contradicts others of it,
-- in the issued edition (`published`) or in the warehouse's own (`computed`),
-- in words. Only what contradicts is put into words: names and texts cost more
-- than the comparisons.
{%- set finding_columns = [
    'finding_code', 'edition_code', 'assessment_month',
    'assessment_group_code', 'rule_code', 'comparison_code', 'expected',
    'found',
] %}
with

contradictions as (select * from {{ ref('int_contradictions') }}),

relation_terms as (
    select * from {{ ref('int_relation_terms') }}
    where {{ is_month_to_build('assessment_month', is_date=true) }}
),

figure_members as (select * from {{ ref('int_figure_members') }}),

districts as (select * from {{ ref('dim_districts') }}),

member_names as (
    select
        member_code,
        max(member_name) as member_name
    from figure_members
    group by member_code
),

-- The figures behind each contradiction.
finding_terms as (
    select
        contradictions.finding_code,
        contradictions.comparison_code,
        contradictions.expected,
        contradictions.found,
        relation_terms.*
    from contradictions
    inner join relation_terms
        on
            {{ same_bulletin('contradictions', 'relation_terms')
                | indent(12) }}
            and contradictions.rule_code = relation_terms.rule_code
            and contradictions.relation_code = relation_terms.relation_code
            and relation_terms.at_district_code = case
                when relation_terms.side_code in ('part', 'other_part')
                    then contradictions.at_district_code
                else contradictions.whole_district_code
            end
            and relation_terms.at_member_code = case
                when relation_terms.side_code in ('part', 'other_part')
                    then contradictions.at_member_code
                when relation_terms.side_code = 'numerator'
                    then contradictions.numerator_member_code
                else contradictions.whole_member_code
            end
),

named_terms as (
    select
        finding_terms.*,
        case finding_terms.side_code
            when 'part' then 1
            when 'numerator' then 2
            when 'whole' then 3
            when 'other_part' then 4
            else 5
        end as side_order,
        case
            when finding_terms.printed_figure_code is not null
                then concat_ws(
                    ':',
                    finding_terms.printed_figure_code,
                    finding_terms.district_code,
                    finding_terms.member_code
                )
        end as figure_key,
        case
            when finding_terms.district_code = 'all' then '全市'
            else coalesce(
                districts.district_name, finding_terms.district_code
            )
        end as place_name,
        coalesce(
            {{ fixed_member_name('finding_terms.member_code') | indent(12) }},
            member_names.member_name
        ) as member_name
    from finding_terms
    left join districts
        on finding_terms.district_code = districts.district_code
    left join member_names
        on finding_terms.member_code = member_names.member_code
),

side_texts as (
    select
        {{ finding_columns | join(',\n        ') }},
        side_code,
        side_order,
        max(printed_unit) as printed_unit,
        max(decimal_places) as decimal_places,
        {{ join_texts('figure_key', 'district_code, member_code') }}
            as figure_keys,
        {{ join_texts(
            'concat(case when is_by_district then place_name'
            ~ ' else coalesce(member_name, quantity_name) end, '
            ~ printed_text('figure_value') ~ ')',
            'district_code, member_code', '、'
        ) | indent(8) }} as list_text,
        concat(
            case
                when max(is_by_district) and count(*) > 1 then ''
                else max(place_name)
            end,
            max(quantity_name),
            case
                when max(member_name) is null then ''
                when count(*) = 1 or max(is_by_district)
                    then concat('（', max(member_name), '）')
                else ''
            end
        ) as side_name,
        count(*) as term_count,
        max(is_long_list) as is_long_list,
        sum(figure_value) as side_value
    from named_terms
    group by
        {{ finding_columns | join(',\n        ') }},
        side_code,
        side_order
),

side_sentences as (
    select
        *,
        concat(
            side_name,
            case
                when term_count = 1 then ''
                when is_long_list then concat('（', term_count, '个小类）合计')
                else concat('（', list_text, '）合计')
            end,
            {{ printed_text('side_value') | indent(12) }}
        ) as side_text
    from side_texts
),

finding_texts as (
    select
        {{ finding_columns | join(',\n        ') }},
        {{ join_texts('figure_keys', 'side_order') }} as figure_codes,
        {%- for side_code in ['part', 'numerator', 'whole', 'other_whole'] %}
        max(case when side_code = '{{ side_code }}' then side_text end)
            as {{ side_code }}_text,
        {%- endfor %}
        {%- for side_code in ['part', 'other_part'] %}
        max(case when side_code = '{{ side_code }}' then list_text end)
            as {{ side_code }}_list_text,
        {%- endfor %}
        max(case when side_code = 'part' then printed_unit end)
            as printed_unit,
        max(case when side_code = 'part' then decimal_places end)
            as decimal_places,
        max(case when side_code = 'part' then term_count end) as part_count,
        max(case when side_code = 'part' then is_long_list end)
            as is_long_list
    from side_sentences
    group by
        {{ finding_columns | join(',\n        ') }}
),

printed_findings as (
    select
        *,
        {{ printed_text('expected') | indent(8) }} as expected_text,
        {{ printed_text('found') | indent(8) }} as found_text,
        concat(
            {{ printed_number('found - expected', 'decimal_places')
                | indent(12) }},
            case printed_unit
                when 'percent' then '个百分点'
                else {{ unit_word('printed_unit') | indent(16) }}
            end
        ) as difference_text
    from finding_texts
)

select
    finding_code,
    edition_code,
    assessment_month,
    assessment_group_code,
    rule_code,
    figure_codes,
    printed_unit as unit,
    concat(
        case comparison_code
            when 'ratio'
                then concat(
                    part_text, '，而按', numerator_text,
                    '除以', whole_text, '应为', expected_text
                )
            when 'range'
                then concat(
                    whole_text, '，不在其各部分（',
                    case
                        when is_long_list then concat(part_count, '个小类')
                        else part_list_text
                    end,
                    '）的范围之内'
                )
            when 'ranking'
                then concat(
                    part_text, '，而按', whole_text, '应为', expected_text
                )
            when 'remainder'
                then concat(
                    whole_text, '除去', part_list_text, '余', found_text,
                    '，而', other_whole_text, '除去', other_part_list_text,
                    '只余', expected_text
                )
            when 'at_most'
                then concat(
                    part_text, '，超过', coalesce(whole_text, expected_text)
                )
            else concat(
                part_text, '，与', coalesce(whole_text, expected_text), '不符'
            )
        end,
        case
            when comparison_code = 'ranking' then '，相差'
            when found > expected then '，多'
            else '，少'
        end,
        difference_text,
        '。'
    ) as explanation,
    cast(expected as decimal(18, 6)) as expected,
    cast(found as decimal(18, 6)) as found,
    cast(found - expected as decimal(18, 6)) as difference
from printed_findings
