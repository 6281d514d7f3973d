{#
    The figures that stand on each side of a relation, one row each, with the
    instance (district, member) at which they stand; districts or members that
    count together stand at `all` and at the name of their set. A figure without a
    value is no term.
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
        relation_sides.member_set like '%categories' as is_long_list,
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
        audited_figures.figure_code,
        audited_figures.district_code,
        audited_figures.member_code,
        case
            when sides.is_by_district then 'all'
            else audited_figures.district_code
        end as at_district_code,
        case
            when sides.member_set = '*' then audited_figures.member_code
            else sides.member_set
        end as at_member_code,
        sides.member_count * case
            when sides.is_by_district then bulletin_sizes.district_count else 1
        end as expected_count,
        sides.is_by_district,
        sides.is_long_list,
        quantities.printed_step_millionths,
        audited_figures.figure_value
    from audited_figures
    inner join sized_sides as sides
        on audited_figures.figure_code = sides.figure_code
    inner join quantities
        on audited_figures.figure_code = quantities.figure_code
    inner join bulletin_sizes
        on
            {{ same_bulletin('audited_figures', 'bulletin_sizes')
                | indent(12) }}
    left join set_members
        on
            sides.member_set = set_members.member_set
            and audited_figures.member_code = set_members.member_code
    where
        not (sides.is_of_districts and audited_figures.district_code = 'all')
        and (not sides.is_of_city or audited_figures.district_code = 'all')
        and (
            sides.member_set in ('*', '+')
            or set_members.member_code is not null
            or contains(
                concat(';', sides.member_set, ';'),
                concat(';', audited_figures.member_code, ';')
            )
        )
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
        count(*) >= max(expected_count) as is_complete,
        max(printed_step_millionths) as printed_step_millionths,
        cast(sum(figure_value) as decimal(28, 8)) as side_value,
        min(figure_value) as lowest_value,
        max(figure_value) as highest_value,
        cast(
            sum(printed_step_millionths) * cast(0.0000005 as decimal(8, 7))
            as decimal(28, 8)
        ) as rounding_allowance
    from terms
    group by
        edition_code,
        assessment_month,
        assessment_group_code,
        relation_code,
        side_code,
        at_district_code,
        at_member_code
)
{%- endmacro %}
