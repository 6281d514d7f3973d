{{ built_by_month('marts') }}

-- One row per month, ranked district, indicator, category and item of evidence:
-- where the points went. An indicator that counts and lost points has a row for
-- each category with failing cases or checks; an assessed one has a row for
-- each item of its evidence and one for the points that no item explains.
{%- set is_month_to_build = is_month_to_build(
    'assessment_month', is_date=true
) %}
{%- set indicator_key = 'assessment_month, district_code, indicator_code' %}
with

case_counts as (
    select * from {{ ref('fct_monthly_case_counts') }}
    where {{ is_month_to_build }}
),

deductions as (select * from {{ ref('int_indicator_deductions') }}),

indicator_scores as (
    select * from {{ ref('indicator_scores_monthly') }}
    where {{ is_month_to_build }}
),

omission_checks as (
    select * from {{ ref('fct_omission_checks') }}
    where {{ is_month_to_build }}
),

counted_checks as (
    select
        assessment_month,
        district_code,
        category_code,
        is_key,
        1 as checked_count,
        case when is_omitted then 1 else 0 end as omitted_count
    from omission_checks
    where is_counted
),

measures_by_category as (
    {{ category_measures('case_counts', 'counted_checks') | indent(4) }}
),

counted_losses as (
    select
        *,
        {{ failing_count('scoring_method', 'numerator', 'denominator')
            | indent(8) }} as indicator_failing_count
    from indicator_scores
    where
        scoring_method <> 'assessed'
        and lost_score > 0
),

failures as (
    select
        counted_losses.assessment_month,
        counted_losses.district_code,
        counted_losses.indicator_code,
        measures_by_category.category_code,
        {{ failing_count(
            'counted_losses.scoring_method',
            'measures_by_category.numerator',
            'measures_by_category.denominator'
        ) | indent(8) }} as failing_count
    from counted_losses
    inner join measures_by_category
        on
            counted_losses.assessment_month
            = measures_by_category.assessment_month
            and counted_losses.district_code
            = measures_by_category.district_code
            and counted_losses.measure_code = measures_by_category.measure_code
),

-- One row holds the whole loss where the measure knows no categories and where
-- nothing was counted.
counted_drivers as (
    select
        counted_losses.assessment_month,
        counted_losses.assessment_group_code,
        counted_losses.district_code,
        counted_losses.indicator_code,
        coalesce(failures.category_code, 'none') as category_code,
        'none' as item_code,
        counted_losses.mechanism_code,
        'none' as reason,
        'none' as evidence_reference,
        coalesce(
            failures.failing_count, counted_losses.indicator_failing_count
        ) as failing_count,
        cast(null as decimal(18, 2)) as points,
        cast(0 as bigint) as item_place,
        greatest(
            1,
            coalesce(
                failures.failing_count, counted_losses.indicator_failing_count
            )
        ) as weight,
        cast(counted_losses.lost_score * 100 as bigint) as lost_hundredths
    from counted_losses
    left join failures
        on
            counted_losses.assessment_month = failures.assessment_month
            and counted_losses.district_code = failures.district_code
            and counted_losses.indicator_code = failures.indicator_code
            and failures.failing_count > 0
),

assessed_scores as (
    select
        *,
        case when mechanism_code = 'bonus' then 0 else full_marks end
            as marks_before_items
    from indicator_scores
    where
        scoring_method = 'assessed'
        and score is not null
),

items as (
    select
        assessed_scores.assessment_month,
        assessed_scores.district_code,
        assessed_scores.indicator_code,
        cast(deductions.item_number as string) as item_code,
        deductions.reason,
        deductions.evidence_reference,
        cast(deductions.points as decimal(18, 2)) as points,
        cast(deductions.item_number as bigint) as item_place
    from assessed_scores
    inner join deductions
        on
            assessed_scores.assessment_month = deductions.assessment_month
            and assessed_scores.district_code = deductions.district_code
            and assessed_scores.indicator_code = deductions.indicator_code
),

summed_items as (
    select
        assessment_month,
        district_code,
        indicator_code,
        sum(points) as points,
        max(item_place) as last_item_place
    from items
    group by
        assessment_month,
        district_code,
        indicator_code
),

items_and_no_evidence as (
    select * from items
    union all
    select
        assessed_scores.assessment_month,
        assessed_scores.district_code,
        assessed_scores.indicator_code,
        'no_evidence' as item_code,
        'none' as reason,
        'none' as evidence_reference,
        cast(
            assessed_scores.marks_before_items
            - assessed_scores.score
            - coalesce(summed_items.points, 0) as decimal(18, 2)
        ) as points,
        coalesce(summed_items.last_item_place, 0) + 1 as item_place
    from assessed_scores
    left join summed_items
        on
            assessed_scores.assessment_month = summed_items.assessment_month
            and assessed_scores.district_code = summed_items.district_code
            and assessed_scores.indicator_code = summed_items.indicator_code
    where
        assessed_scores.marks_before_items
        <> assessed_scores.score + coalesce(summed_items.points, 0)
),

assessed_drivers as (
    select
        assessed_scores.assessment_month,
        assessed_scores.assessment_group_code,
        assessed_scores.district_code,
        assessed_scores.indicator_code,
        'none' as category_code,
        items_and_no_evidence.item_code,
        assessed_scores.mechanism_code,
        items_and_no_evidence.reason,
        items_and_no_evidence.evidence_reference,
        cast(0 as bigint) as failing_count,
        items_and_no_evidence.points,
        items_and_no_evidence.item_place,
        cast(
            greatest(0, items_and_no_evidence.points) * 100 as bigint
        ) as weight,
        cast(assessed_scores.lost_score * 100 as bigint) as lost_hundredths
    from assessed_scores
    inner join items_and_no_evidence
        on
            assessed_scores.assessment_month
            = items_and_no_evidence.assessment_month
            and assessed_scores.district_code
            = items_and_no_evidence.district_code
            and assessed_scores.indicator_code
            = items_and_no_evidence.indicator_code
),

drivers as (
    select * from counted_drivers
    union all
    select * from assessed_drivers
),

weighed_drivers as (
    select
        *,
        greatest(1, sum(weight) over (
            partition by {{ indicator_key }}
        )) as whole_weight
    from drivers
),

whole_parts as (
    select
        *,
        {{ integer_divide('lost_hundredths * weight', 'whole_weight') }}
            as whole_hundredths
    from weighed_drivers
),

-- The hundredths that are left go to the largest remainders, one each.
left_hundredths as (
    select
        *,
        lost_hundredths - sum(whole_hundredths) over (
            partition by {{ indicator_key }}
        ) as left_count,
        row_number() over (
            partition by {{ indicator_key }}
            order by
                lost_hundredths * weight - whole_hundredths * whole_weight desc,
                category_code asc,
                item_place asc
        ) as remainder_place
    from whole_parts
)

select
    assessment_month,
    assessment_group_code,
    district_code,
    indicator_code,
    category_code,
    item_code,
    mechanism_code,
    reason,
    evidence_reference,
    cast(failing_count as bigint) as failing_count,
    points,
    cast(
        (
            whole_hundredths
            + case when remainder_place <= left_count then 1 else 0 end
        ) * cast(0.01 as decimal(3, 2)) as decimal(6, 2)
    ) as lost_score
from left_hundredths
