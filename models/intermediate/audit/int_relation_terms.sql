{{ built_by_month('marts') }}

-- One row per edition, month, assessment group, rule, relation, side of it,
-- and figure (district and member) that stands on the side, with the instance
-- (district, member) at which it stands: figures that count together stand at
-- `all` and at the name of their set.
with

audited_figures as (select * from {{ ref('int_audited_figures') }}),

figure_members as (select * from {{ ref('int_figure_members') }}),

figure_relations as (select * from {{ ref('int_figure_relations') }}),

relation_sides as (
    select
        figure_relations.rule_code,
        figure_relations.relation_code,
        sides.side_code,
        case sides.side_code
            when 'part' then figure_relations.figure_code
            when 'numerator' then figure_relations.numerator_figure_code
            when 'whole' then figure_relations.of_figure_code
            when 'other_part' then figure_relations.other_figure_code
            when 'other_whole' then figure_relations.other_of_figure_code
        end as figure_code,
        case
            when sides.side_code = 'numerator'
                then figure_relations.numerator_member_set
            when sides.side_code in ('whole', 'other_whole')
                then figure_relations.of_member_set
            else figure_relations.member_set
        end as member_set,
        sides.side_code in ('part', 'other_part') as is_part,
        figure_relations.district_axis
    from figure_relations
    cross join
        {{ code_list('side_code', [
            'part', 'numerator', 'whole', 'other_part', 'other_whole'
        ]) }} as sides
),

terms as (
    select
        audited_figures.*,
        relation_sides.rule_code,
        relation_sides.relation_code,
        relation_sides.side_code,
        relation_sides.is_part,
        relation_sides.is_part
        and relation_sides.district_axis = 'districts' as is_by_district,
        relation_sides.member_set like '%categories' as is_long_list,
        case
            when relation_sides.member_set = '*'
                then audited_figures.member_code
            else relation_sides.member_set
        end as at_member_code,
        case
            when relation_sides.member_set = '*' then 1
            else coalesce(
                figure_members.member_count,
                length(relation_sides.member_set)
                - length(replace(relation_sides.member_set, ';', '')) + 1
            )
        end as member_count
    from audited_figures
    inner join relation_sides
        on audited_figures.figure_code = relation_sides.figure_code
    left join figure_members
        on
            relation_sides.member_set = figure_members.member_set
            and audited_figures.member_code = figure_members.member_code
    where
        case
            when relation_sides.district_axis = 'same' then true
            when relation_sides.is_part
                then audited_figures.district_code <> 'all'
            else audited_figures.district_code = 'all'
        end
        and (
            relation_sides.member_set in ('*', '+')
            or figure_members.member_code is not null
            or contains(
                concat(';', relation_sides.member_set, ';'),
                concat(';', audited_figures.member_code, ';')
            )
        )
),

-- Of the parts that leave remainders, figures are compared in pairs.
paired_parts as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        relation_code,
        district_code,
        member_code
    from terms
    where
        rule_code = 'remainder_above_remainder'
        and is_part
    group by
        edition_code,
        assessment_month,
        assessment_group_code,
        relation_code,
        district_code,
        member_code
    having count(*) = 2
)

-- A part of which only one of the two figures is printed is one of the rest.
select
    terms.edition_code,
    terms.assessment_month,
    terms.assessment_group_code,
    terms.rule_code,
    terms.relation_code,
    terms.side_code,
    terms.figure_code,
    terms.district_code,
    terms.member_code,
    case when terms.is_by_district then 'all' else terms.district_code end
        as at_district_code,
    terms.at_member_code,
    terms.printed_figure_code,
    terms.quantity_name,
    terms.printed_unit,
    terms.decimal_places,
    terms.printed_step_millionths,
    terms.member_count
    * case when terms.is_by_district then terms.district_count else 1 end
        as expected_count,
    terms.ranked_count,
    terms.figure_value,
    terms.is_by_district,
    terms.is_long_list
from terms
left join paired_parts
    on
        {{ same_bulletin('terms', 'paired_parts') | indent(8) }}
        and terms.relation_code = paired_parts.relation_code
        and terms.district_code = paired_parts.district_code
        and terms.member_code = paired_parts.member_code
where
    {{ is_month_to_build('terms.assessment_month', is_date=true) }}
    and (
        terms.rule_code <> 'remainder_above_remainder'
        or not terms.is_part
        or paired_parts.relation_code is not null
    )
