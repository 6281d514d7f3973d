{#
    From contradictions to sentences. CTEs: the figures behind each contradiction,
    by the role that they play in it, and one text per role. Only what contradicts
    is put into words: names and texts cost more than all comparisons.
#}
{% macro sentence_ctes() -%}
keyed_contradictions as (
    select
        *,
        concat_ws(
            ':',
            edition_code,
            assessment_month,
            assessment_group_code,
            rule_code,
            relation_code,
            at_district_code,
            at_member_code
        ) as finding_code
    from contradictions
),

finding_terms as (
    {%- for role_code, relation, side_code, district, member in [
        ('part', 'relation_code', 'part', 'at', 'at'),
        ('numerator', 'relation_code', 'numerator', 'at', 'numerator'),
        ('whole', 'relation_code', 'whole', 'whole', 'whole'),
        ('other_part', 'other_relation_code', 'part', 'at', 'at'),
        ('other_whole', 'other_relation_code', 'whole', 'whole', 'whole'),
    ] %}
    select
        keyed_contradictions.finding_code,
        '{{ role_code }}' as role_code,
        {{ loop.index }} as role_order,
        terms.figure_code,
        terms.district_code,
        terms.member_code,
        terms.is_by_district,
        terms.is_long_list,
        terms.figure_value
    from keyed_contradictions
    inner join terms
        on
            {{ same_bulletin('keyed_contradictions', 'terms') | indent(12) }}
            and keyed_contradictions.{{ relation }} = terms.relation_code
            and terms.side_code = '{{ side_code }}'
            and keyed_contradictions.{{ district }}_district_code
            = terms.at_district_code
            and keyed_contradictions.{{ member }}_member_code
            = terms.at_member_code
    {%- if side_code == 'part' %}
    left join paired_terms
        on
            {{ same_bulletin('terms', 'paired_terms') | indent(12) }}
            and keyed_contradictions.relation_code
            = paired_terms.relation_code
            and keyed_contradictions.other_relation_code
            = paired_terms.other_relation_code
            and terms.district_code = paired_terms.district_code
            and terms.member_code = paired_terms.member_code
    where
        keyed_contradictions.other_relation_code is null
        or paired_terms.relation_code is not null
    {%- endif %}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

named_terms as (
    select
        finding_terms.*,
        quantities.decimal_places,
        quantities.printed_unit,
        quantities.quantity_name,
        case
            when quantities.printed_figure_code is not null
                then concat_ws(
                    ':',
                    quantities.printed_figure_code,
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
    inner join quantities
        on finding_terms.figure_code = quantities.figure_code
    left join districts
        on finding_terms.district_code = districts.district_code
    left join member_names
        on finding_terms.member_code = member_names.member_code
),

role_texts as (
    select
        finding_code,
        role_code,
        role_order,
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
            case when max(is_by_district) and count(*) > 1 then ''
                else max(place_name)
            end,
            max(quantity_name),
            case
                when max(member_name) is null then ''
                when count(*) = 1 or max(is_by_district)
                    then concat('（', max(member_name), '）')
                else ''
            end
        ) as role_name,
        count(*) as term_count,
        max(is_long_list) as is_long_list,
        sum(figure_value) as role_value
    from named_terms
    group by
        finding_code,
        role_code,
        role_order
),

role_sentences as (
    select
        *,
        concat(
            role_name,
            case
                when term_count = 1 then ''
                when is_long_list then concat('（', term_count, '个小类）合计')
                else concat('（', list_text, '）合计')
            end,
            {{ printed_text('role_value') | indent(12) }}
        ) as role_text
    from role_texts
),

finding_texts as (
    select
        finding_code,
        {{ join_texts('figure_keys', 'role_order') }} as figure_codes,
        {%- for role_code in ['part', 'numerator', 'whole', 'other_whole'] %}
        max(case when role_code = '{{ role_code }}' then role_text end)
            as {{ role_code }}_text,
        {%- endfor %}
        {%- for role_code in ['part', 'other_part'] %}
        max(case when role_code = '{{ role_code }}' then list_text end)
            as {{ role_code }}_list_text,
        {%- endfor %}
        max(case when role_code = 'part' then printed_unit end)
            as printed_unit,
        max(case when role_code = 'part' then decimal_places end)
            as decimal_places,
        max(case when role_code = 'part' then term_count end) as part_count,
        max(case when role_code = 'part' then is_long_list end)
            as is_long_list
    from role_sentences
    group by finding_code
)
{%- endmacro %}

{# What contradicts what and by how much, as one sentence. #}
{% macro explanation() -%}
    concat(
        case comparison_code
            when 'ratio' then concat(
                part_text, '，而按', numerator_text, '除以', whole_text, '应为',
                {{ printed_text('expected') | indent(16) }}
            )
            when 'range' then concat(
                whole_text, '，不在其各部分（',
                case
                    when is_long_list then concat(part_count, '个小类')
                    else part_list_text
                end,
                '）的范围之内'
            )
            when 'ranking' then concat(
                part_text, '，而按', whole_text, '应为',
                {{ printed_text('expected') | indent(16) }}
            )
            when 'remainder' then concat(
                whole_text, '除去', part_list_text, '余',
                {{ printed_text('found') | indent(16) }}, '，而',
                other_whole_text, '除去', other_part_list_text, '只余',
                {{ printed_text('expected') | indent(16) }}
            )
            when 'at_most' then concat(
                part_text, '，超过',
                coalesce(whole_text, {{ printed_text('expected') }})
            )
            else concat(
                part_text, '，与',
                coalesce(whole_text, {{ printed_text('expected') }}), '不符'
            )
        end,
        case
            when comparison_code = 'ranking' then '，相差'
            when found > expected then '，多'
            else '，少'
        end,
        {{ printed_number('found - expected', 'decimal_places')
            | indent(8) }},
        case printed_unit
            when 'percent' then '个百分点'
            else {{ unit_word('printed_unit') }}
        end,
        '。'
    )
{%- endmacro %}
