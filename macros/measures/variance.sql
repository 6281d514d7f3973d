{#
    Which share of the variance of the totals each mechanism carries, among the
    ranked districts of a month and group: the covariance of its weighted score
    with the total, over the variance of the total. Unrounded, the shares of a
    month add to one; one is negative where a mechanism runs against the totals;
    all are NULL where all totals are equal. Summed in whole numbers, weights in
    millionths and scores in hundredths, and rounded once, to the digits that the
    figure code prints. The arguments are names of CTEs.
#}
{% macro variance_shares(mechanism_scores, district_ranking, figure_codes) -%}
    {%- set variance = 'district_count * sum_of_total_squares'
        ~ ' - sum_of_totals * sum_of_totals' -%}
    {%- set covariance = 'district_count * sum_of_products'
        ~ ' - sum_of_scores * sum_of_totals' -%}
    select
        sums.assessment_month,
        sums.assessment_group_code,
        sums.mechanism_code,
        cast(
            {{ divide_half_away(
                '(' ~ covariance ~ ') * 100000000',
                '((' ~ variance ~ ') * figure_codes.printed_step_millionths)'
            ) }} * figure_codes.printed_step_millionths
            * cast(0.00000001 as decimal(9, 8)) as decimal(18, 6)
        ) as variance_share
    from (
        select
            assessment_month,
            assessment_group_code,
            mechanism_code,
            count(*) as district_count,
            sum(weighted_score) as sum_of_scores,
            sum(weighted_total) as sum_of_totals,
            sum(weighted_score * weighted_total) as sum_of_products,
            sum(weighted_total * weighted_total) as sum_of_total_squares
        from (
            select
                weighted.*,
                sum(weighted_score) over (
                    partition by assessment_month, district_code
                ) as weighted_total
            from (
                select
                    mechanism_scores.assessment_month,
                    mechanism_scores.assessment_group_code,
                    mechanism_scores.district_code,
                    mechanism_scores.mechanism_code,
                    {{ millionths('mechanism_scores.total_weight') }}
                    * {{ hundredths('mechanism_scores.score') }} as weighted_score
                from {{ mechanism_scores }} as mechanism_scores
                inner join {{ district_ranking }} as district_ranking
                    on
                        mechanism_scores.assessment_month
                        = district_ranking.assessment_month
                        and mechanism_scores.district_code
                        = district_ranking.district_code
                where district_ranking.total_score is not null
            ) as weighted
        ) as scores_and_totals
        group by
            assessment_month,
            assessment_group_code,
            mechanism_code
    ) as sums
    inner join {{ figure_codes }} as figure_codes
        on figure_codes.figure_code = 'mechanism_variance_share'
{%- endmacro %}
