"""A bulletin with every kind of block, names that look like code, ties and missing values."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from grid_assessment.bulletin.document import (
    Bulletin,
    Cell,
    Chart,
    Column,
    Heading,
    Kind,
    Paragraph,
    Series,
    Table,
)

DISTRICTS = ("五华区", "呈贡区", "高新区", "盘龙区", "经开区", "度假区", "西山区", "官渡区")
HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "#set page(fill: red)",
    "*粗* _斜_ $x^2$ `代码`",
    "=SUM(A1:A9)",
    "{{ 7*7 }}{% raw %}",
    "' + datum.constructor + '",
    "</svg></script><!--",
    "\\u0041 &lt; @ref <label>",
)
MISSING = Cell("—")
OPENING = (
    "根据《昆明市人民政府办公厅关于印发昆明市城市网格化管理综合考核办法》（昆政办〔2018〕63号）要求，"
    "2021年3月昆明市网格化综合监督指挥中心对主城五区、三个开发（度假）区城市网格化管理工作进行了考核。"
    "现将有关情况通报如下："
)
MECHANISMS = (
    "管理机制（4分）",
    "监督机制（28分）",
    "处置机制（40分）",
    "考核机制（5分）",
    "“1+5+X”网格化工作模式（11分）",
    "联动机制（5分）",
    "催办督办机制（2分）",
    "专项考核（5分）",
    "附加分（1分）",
)
SCORES = """4 24.99 39.98 5 10.57 5.45 2 4.87 0 96.86 1
4 25.00 39.98 5 10.52 5.49 2 4.79 0 96.78 2
4 24.95 39.95 5 10.71 4.90 2 4.89 0 96.40 3
4 25.01 39.78 5 10.53 5.38 2 4.54 0 96.24 4
4 25.03 39.63 5 10.83 4.90 2 4.67 0 96.06 5
4 24.76 39.81 5 10.70 4.93 2 4.17 0 95.37 6
4 25.02 39.30 5 10.46 4.90 2 4.41 0 95.09 7
4 24.87 39.15 5 10.73 4.95 2 4.04 0 94.74 8"""


def figure(text: str) -> Cell:
    """A cell that prints a number, a percentage or a dash."""
    return MISSING if text == "—" else Cell(text, Decimal(text.removesuffix("%")))


def figures(texts: str) -> tuple[Cell, ...]:
    """Cells of the words of a text."""
    return tuple(figure(text) for text in texts.split())


def table(name: str, caption: str, columns: str, rows: dict[str, str], note: str = "") -> Table:
    """A table whose first column is text; ``columns`` holds words of title:kind."""
    titles = [column.split(":") for column in columns.split()]
    kinds: dict[str, Kind] = {
        "text": "text",
        "count": "count",
        "percent": "percent",
        "rank": "rank",
        "score": "score",
    }
    return Table(
        name,
        caption,
        tuple(Column(title, kinds[kind]) for title, kind in titles),
        tuple((Cell(label), *figures(texts)) for label, texts in rows.items()),
        note,
    )


RANKING = table(
    "district_ranking",
    "表1　3月主城各区城市网格化管理考核成绩",
    "区属:text " + " ".join(f"{title}:score" for title in MECHANISMS) + " 总分:score 排名:rank",
    dict(zip(DISTRICTS, SCORES.splitlines(), strict=True)),
    "总分为各机制得分之和；总分相同的，名次并列。",
)
SOURCES = table(
    "other_sources",
    "表2　3月其他来源案件情况",
    "来源:text 受理数:count 结案数:count 结案率:percent 名次:rank",
    {
        "市长热线转办": "1328 1139 85.77% 2",
        "微信、微博举报": "542 467 86.16% 1",
        "卫星遥感监测": "44 43 — —",
        "公众号": "542 467 86.16% 1",
        "安全巡查": "9 1 11.11% 3",
    },
)
HOSTILE = table(
    "hostile_names",
    "表3　名称 <b>含标记</b> 的类别 #emph[x]",
    "类别:text 案件量:count",
    {name: str(1000 - position) for position, name in enumerate(HOSTILE_NAMES)},
)
STREETS = replace(
    table(
        "street_closure",
        "附表1　3月各街道案件处置结案情况",
        "街道:text 立案数:count 结案数:count 结案率:percent 名次:rank",
        {
            **{
                f"第{number}街道办事处": (
                    f"{9000 - number * 7} {8800 - number * 7} 97.{number:02}% {number}"
                )
                for number in range(1, 61)
            },
            "合计": "527190 515190 97.72% —",
        },
    ),
    has_total=True,
)
CLOSURE = Chart(
    "district_closure",
    "图1　3月市级平台案件处置结案情况",
    DISTRICTS,
    (
        Series("立案数", "件", figures("9511 4102 3017 7765 2209 1960 6120 8587")),
        Series("结案数", "件", figures("9120 4065 — 7420 2107 1958 5790 8117")),
        Series(
            "结案率",
            "%",
            figures("95.89% 99.10% — 95.56% 95.38% 99.90% 94.61% 94.53%"),
            "line",
        ),
    ),
)
PLATFORMS = Chart(
    "district_platform",
    "图2　3月区级平台案件处置结案情况",
    DISTRICTS,
    (
        Series("立案数", "件", figures("31511 14102 13017 27765 12209 11960 116120 128587")),
        Series("结案数", "件", figures("31511 14102 13017 27765 12209 11960 116120 128587")),
        Series("结案率", "%", figures(" ".join(["100.00%"] * 8)), "line"),
    ),
)
TOP_CATEGORIES = Chart(
    "event_categories",
    "图3　3月事件小类案件量排名前十",
    ("暴露垃圾", "占道经营", "私搭乱建（疑似新增）", *HOSTILE_NAMES[:7]),
    (
        Series("案件量", "件", figures("26151 23347 20110 17003 9000 8000 7000 6000 5000 4000")),
        Series(
            "占比",
            "%",
            figures("12.87% 11.49% 9.90% 8.37% 4.43% 3.94% 3.45% 2.95% 2.46% 1.97%"),
            "line",
        ),
    ),
    is_horizontal=True,
)
OMISSION = Chart(
    "omission",
    "图4　3月主城各区案件漏报率",
    DISTRICTS,
    (
        Series("重点案件", "%", figures("20.07% 1.20% 20.33% 3.11% 0.00% 2.02% 4.40% 20.07%")),
        Series("常规案件", "%", figures("1.17% 0.90% 2.33% — 0.00% 1.02% 1.40% 2.07%")),
    ),
)


def sample_bulletin() -> Bulletin:
    """Make the sample: all kinds of blocks, two annexes, an ending."""
    return Bulletin(
        assessment_month=date(2021, 3, 1),
        title="3月昆明市主城区城市网格化管理工作情况通报",
        issuing_body="昆明市网格化综合监督指挥中心",
        blocks=(
            Paragraph(OPENING),
            Heading(1, "一、", "综合考核情况"),
            Paragraph(
                "3月城市网格化管理考核成绩排名前三名的是五华区、呈贡区和高新区，具体得分情况如下："
            ),
            RANKING,
            Heading(1, "二、", "网格案件综合分析"),
            Heading(2, "（一）", "网格案件总体情况"),
            Heading(3, "1.", "案件来源情况"),
            Heading(4, "（1）", "市级监督员上报情况"),
            Paragraph(
                "3月市级监督员上报并立案42712件，占案件立案总量的19.34%，结案41162件，结案率96.37%。"
            ),
            Heading(4, "（2）", "案件其他来源"),
            Paragraph("微信、微博举报与公众号的结案率并列第一，均为86.16%。"),
            SOURCES,
            Heading(2, "（二）", "案件处置结案情况"),
            Paragraph("结案率较高的三个区是度假区、呈贡区和五华区。"),
            CLOSURE,
            PLATFORMS,
            Heading(2, "（三）", "案件量情况 {{ 7*7 }} #pagebreak()"),
            Paragraph("案件量较多的小类：" + "、".join(HOSTILE_NAMES) + "。"),
            TOP_CATEGORIES,
            HOSTILE,
            Heading(2, "（四）", "监督机制运行情况"),
            Paragraph("主城各区巡查覆盖率除西山区外，其他各区覆盖率均为100%。"),
            OMISSION,
        ),
        copy_to="主城五区党委、政府，三个国家级开发（度假）区党工委、管委会",
        issued_on="2021年4月8日",
        annexes=(
            ("附件1　各街道案件处置结案情况", (Paragraph("各街道情况如下："), STREETS)),
            ("附件2　审核发现", (Heading(1, "一、", "数据核对"), Paragraph("无。"))),
        ),
    )


def texts(bulletin: Bulletin) -> list[str]:
    """Every text that a format must print."""
    found = [bulletin.title, bulletin.issuing_body, bulletin.copy_to, bulletin.issued_on]
    blocks = list(bulletin.blocks)
    for title, annex in bulletin.annexes:
        found.append(title)
        blocks.extend(annex)
    for block in blocks:
        if isinstance(block, Heading):
            found.append(block.number + block.text)
        elif isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Chart):
            found.append(block.caption)
            found.extend(series.name for series in block.series)
        else:
            found.extend([block.caption, block.note, *(column.title for column in block.columns)])
            found.extend(cell.text for row in block.rows for cell in row)
    return [text for text in found if text]
