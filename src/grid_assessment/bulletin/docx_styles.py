"""Page, fonts and styles of an official document (公文): A4, 仿宋 16 pt on 28 pt lines."""

from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

WESTERN = "Times New Roman"
TITLE_FONT, BODY_FONT, FIRST_FONT, SECOND_FONT = "方正小标宋简体", "仿宋", "黑体", "楷体"
FALLBACKS = {
    TITLE_FONT: "宋体,SimSun,Noto Serif CJK SC",
    BODY_FONT: "仿宋_GB2312,FangSong,STFangsong,Noto Serif CJK SC",
    FIRST_FONT: "SimHei,Noto Sans CJK SC",
    SECOND_FONT: "楷体_GB2312,KaiTi,STKaiti,Noto Serif CJK SC",
}
"""What a program shows where the font itself is not installed (``w:altName``)."""

BODY_SIZE, LINE = Pt(16), Pt(28)
TABLE_TEXT, CAPTION, ENDING, SIGNATURE = "Table Text", "Caption", "Ending", "Signed"
_HEADINGS = ((FIRST_FONT, False), (SECOND_FONT, False), (BODY_FONT, True), (BODY_FONT, False))
_BLACK = RGBColor(0, 0, 0)


def set_page(document: Document) -> None:
    """Set A4 with the customary margins (GB/T 9704) and the page number below."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.footer_distance = Cm(2.5)
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind in ("begin", "PAGE", "end"):
        if kind == "PAGE":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = kind
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)
    paragraph.add_run(" —")
    for run in paragraph.runs:
        run.font.size = Pt(14)


def set_styles(document: Document) -> None:
    """Give the styles that the document uses their fonts, sizes and spacing."""
    body = _style(document, "Normal", BODY_FONT, BODY_SIZE)
    body.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    body.paragraph_format.line_spacing = LINE
    body.paragraph_format.space_after = Pt(0)
    title = _style(document, "Title", TITLE_FONT, Pt(22))
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(36)
    title.paragraph_format.space_after = Pt(20)
    _remove_border(title)
    text = _style(document, "Body Text", BODY_FONT, BODY_SIZE)
    text.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    text.paragraph_format.space_after = Pt(0)
    indent_two_characters(text)
    for level, (font, is_bold) in enumerate(_HEADINGS, start=1):
        heading = _style(document, f"Heading {level}", font, BODY_SIZE, is_bold=is_bold)
        heading.font.italic = False
        heading.paragraph_format.space_before = Pt(0)
        heading.paragraph_format.keep_with_next = True
        indent_two_characters(heading)
    caption = _style(document, CAPTION, FIRST_FONT, Pt(12))
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(4)
    for name, size in ((TABLE_TEXT, Pt(10.5)), (ENDING, Pt(14))):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style = _style(document, name, BODY_FONT, size)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(2)
    document.styles.add_style(SIGNATURE, WD_STYLE_TYPE.PARAGRAPH)
    signature = _style(document, SIGNATURE, BODY_FONT, BODY_SIZE)
    signature.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    signature.paragraph_format.space_before = 2 * LINE
    signature.paragraph_format.keep_together = True


def set_font_fallbacks(document: Document) -> None:
    """Name the fonts that stand in for those that are not installed, in the font table."""
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            fonts = "".join(
                f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(others)}/>"
                '<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
                for name, others in FALLBACKS.items()
            )
            part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())


def indent_two_characters(style: ParagraphStyle) -> None:
    """Indent the first line by two characters, whatever their size (首行缩进2字符)."""
    style.paragraph_format.first_line_indent = Pt(32)
    style.element.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")


def _style(
    document: Document, name: str, font: str, size: Pt, *, is_bold: bool = False
) -> ParagraphStyle:
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name}: expected a style of paragraphs")
    style.font.name, style.font.size = WESTERN, size
    style.font.bold, style.font.color.rgb = is_bold, _BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    return style


def _remove_border(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
