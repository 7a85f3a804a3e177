"""The sheet of the entry workbook that explains how it is filled in."""

from projects.imports.entries import ENTRIES, MOST_ENTRIES, PEOPLE
from projects.queries.offline import SeasonForm


def explanation(book, sheet, form: SeasonForm) -> None:
    title = book.add_format({"bold": True, "font_size": 15})
    section = book.add_format({"bold": True, "font_size": 12, "bottom": 1})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26, text)
    sheet.set_column(1, 2, 58, text)
    sheet.hide_gridlines(2)
    rows = [(title, [f"{form.season.title}　线下报名录入表"])]
    for heading, lines in _sections(form):
        rows += [(None, []), (section, [heading])]
        rows += [(text, list(line)) for line in lines]
    for number, (style, cells) in enumerate(rows):
        for place, words in enumerate(cells):
            sheet.write_string(number, place, words, style)


def _sections(form: SeasonForm):
    yield (
        "怎么用",
        [
            (
                "1. 填表",
                f"在“{ENTRIES}”表中每行填写一个项目，一次最多{MOST_ENTRIES}个；在“{PEOPLE}”表中每行填写一名成员或顾问，用“行号”与项目对应。",
            ),
            (
                "2. 备材料",
                "把每个项目的材料按下面的规则命名，全部放进一个zip压缩包，不设密码。没有材料的可以不传，先存为草稿。",
            ),
            (
                "3. 上传核对",
                "在系统“线下录入”页面上传本表和压缩包。系统先试算，不写入任何内容；有错时退回一份标红的表，照着改好再传。",
            ),
            ("4. 确认录入", "核对无误后确认。要么全部录入，要么一个也不录入；同一份表重复上传不会产生重复的项目。"),
        ],
    )
    yield (
        "填写时请注意",
        [
            ("必填", "深蓝色表头的列必填；其他列按所选赛道和是否注册单位的要求填写，缺少的在试算时逐行指出。"),
            ("下拉", "有下拉箭头的格从列表中选，不要改动列表以外的文字；可多选的用顿号隔开。"),
            ("号码", "证件号码、信用代码、手机号所在的列已设为文本，请直接输入；从别处复制时用“只粘贴数值”。"),
            ("公式", "表中“校验”“检查”列是提示，自动计算，不用填写，也不会读入。其他格不要写公式，系统不计算公式。"),
            ("表格", "请不要合并单元格，不要改动表头，不要增加列；自己的备注写在“备注”列。"),
        ],
    )


def _what(form: SeasonForm):
    yield (
        "签字的承诺书",
        [
            (
                "由谁同意",
                "代为录入时，下列承诺须由申报人本人签字，原件存录入单位备查；上传时由经办人确认，并记入留痕。",
            ),
            *((one.title, "必须" if one.required else "自愿，同意的在对应的列填“是”") for one in form.declarations),
        ],
    )
    yield (
        "材料怎么命名",
        [
            ("规则", "行号_材料名.扩展名，例如：12_路演文稿.pdf。文件夹名称不起作用。"),
            *((one.label, _requirement(one)) for one in form.requirements),
        ],
    )
    if form.tables:
        yield (
            "本表中没有的内容",
            [
                (one.label, "这是一张表格，请在录入后到项目的报名页面填写；必填的，先选“存为草稿”。")
                for one in form.tables
            ],
        )
    yield (
        "录入之后",
        [
            (
                "由谁管理",
                "项目先由录入人的账号管理，并注明是代为录入。负责人用本人手机号登录并核对证件号码后，可以把项目接过去自己管理。",
            ),
        ],
    )


def _requirement(one) -> str:
    owed = "按填报情况" if one.condition else "必须" if one.required else "可选"
    words = [one.track.name if one.track else "全部赛道", owed]
    words += ["、".join(one.formats).upper(), f"不超过{one.max_mb}MB"]
    return "；".join(words)
