"""Designs to start from: A4 landscape, black on warm white, red only for title, level and seal.

An organiser's design is a copy of one of these with other words, kept as data with the season.
"""

from certificates.designs import BROWN, RED, Accent, Block, Box, Design, Paragraph, QrPlace, Seal

LEFT, WIDTH = 34, 229
SEAL_DIAMETER = 43
SIGN = Box(160, 148, 103, 38)
FOOT_Y = 186

HEAD = (
    Block(
        Box(LEFT, 25, WIDTH, 19),
        (Paragraph("*荣誉证书*", 43.5, leading=1.2, align="center", tracking=0.36, colour=RED),),
    ),
    Block(
        Box(LEFT, 45, WIDTH, 12),
        (
            Paragraph(
                "{contest}[（{year}年）]",
                15,
                align="center",
                tracking=0.08,
                colour=BROWN,
                one_line_down_to=0.7,
                max_lines=1,
            ),
        ),
    ),
)
FOOT = (
    Block(
        Box(64, 161, 84, FOOT_Y - 161),
        (
            Paragraph("证书编号 {number}", 11.25, leading=1.7, one_line_down_to=0.75, max_lines=1),
            Paragraph("扫码核验，以核验页显示为准", 11.25, leading=1.7),
        ),
        valign="bottom",
    ),
    Block(
        SIGN,
        (
            Paragraph("{issuers}", 15, leading=1.75, align="center", one_line_down_to=0.7, max_lines=2, each=True),
            Paragraph("{date}", 15, leading=1.75, align="center", max_lines=1),
        ),
        valign="bottom",
        min_scale=0.7,
    ),
)
SAMPLE = Block(
    Box(LEFT, 189, WIDTH, 6),
    (Paragraph("样张 · 不具效力", 9, align="center", tracking=0.3, colour=BROWN, max_lines=1),),
)
TEXT_BOX = Box(LEFT, 62, WIDTH, 86)
ACCENTS = (Accent("award", size=1.38, colour=RED, tracking=0.08),)
QR = QrPlace(35, 161.5, 23.5)


def _design(paragraphs: tuple[Paragraph, ...], *, seal: str, sample: bool) -> Design:
    text = Block(TEXT_BOX, paragraphs, valign="middle", min_scale=0.62)
    caption = "样章" if sample else ""
    centre = SIGN.x + SIGN.width / 2
    return Design(
        blocks=(*HEAD, text, *FOOT, *((SAMPLE,) if sample else ())),
        qr=QR,
        seals=(Seal(centre, 173, SEAL_DIAMETER, seal, caption),) if seal else (),
        accents=ACCENTS,
    )


def project_certificate(*, seal: str = "", sample: bool = True) -> Design:
    """For a project's award: the unit addressed, the project, its leader, members and advisers in order.

    `seal` is the text of a drawn sample seal; an office's own seal is a picture put in its place. `sample` marks
    paper and seal as having no force.
    """
    return _design(
        (
            Paragraph("*{unit}*：", 19.5, leading=2, one_line_down_to=0.8, max_lines=2),
            Paragraph(
                "{address}申报的项目*“{project}”*，在{contest}{track}{stage}中荣获{award}。",
                19.5,
                leading=2,
                align="justify",
                indent=2,
            ),
            Paragraph("项目负责人：{leader}[；项目成员：{members}]", 16.5, leading=1.85, indent=39 / 16.5),
            Paragraph("指导教师：{advisers}", 16.5, leading=1.85, indent=39 / 16.5),
            Paragraph("特发此证，以资鼓励。", 19.5, leading=2, indent=2),
        ),
        seal=seal,
        sample=sample,
    )


def honour_certificate(*, seal: str = "", sample: bool = True) -> Design:
    """For an award to a body or a person without a project: 优秀组织奖, 优秀指导教师, 创业导师."""
    return _design(
        (
            Paragraph("*{unit}*：", 19.5, leading=2, one_line_down_to=0.8, max_lines=2),
            Paragraph("{address}在{contest}{track}中荣获{award}。", 19.5, leading=2, align="justify", indent=2),
            Paragraph("特发此证，以资鼓励。", 19.5, leading=2, indent=2),
        ),
        seal=seal,
        sample=sample,
    )
