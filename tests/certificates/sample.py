"""Certificates to print in tests."""

from dataclasses import replace
from datetime import date

from certificates.fields import Fields

CONTEST = "第八届山东省创业大赛"

SHORT = Fields(
    number="SDCY-2026-0831-0007",
    verify_url="https://dasai.example.gov.cn/v/SDCY-2026-0831-0007?k=8F3K2M",
    contest=CONTEST,
    award="一等奖",
    issuers=(f"{CONTEST}组织委员会",),
    issued_on=date(2026, 9, 25),
    year="2026",
    track="乡村振兴组",
    stage="决赛",
    project="海藻基全降解农用地膜",
    unit="青岛澜泽新材料有限公司",
    leader="林晓棠",
    members=("郭明远", "赵可欣", "于海涛", "曲文静"),
)

# As much as a certificate must bear: 15 members, 5 advisers, three issuers, every name long, rare characters.
FULL = replace(
    SHORT,
    number="GCC-2026-0831-0012",
    contest="“创业齐鲁·共赢未来”第九届山东省高层次人才创业大赛（粤港澳大湾区专场）",
    award="最佳社会价值与带动就业特别贡献奖",
    issuers=("中共山东省委组织部", "山东省科学技术厅", "山东省人力资源和社会保障厅"),
    unit="山东省黄河三角洲农业高新技术产业示范区盐碱地生态治理与特色种业联合创新研究院有限责任公司",
    project="AI-driven 基于多源遥感与边缘计算的黄河流域盐碱地水盐动态——智能监测与精准调控一体化服务平台（第2.0版）",
    leader="欧阳㛃",
    members=(
        *("王䶮", "李𬭎", "阿迪力·买买提", "司马相如", "诸葛明亮", "John Smith", "张三丰", "赵可欣"),
        *("于海涛", "曲文静", "郭明远", "慕容雪村", "钱学礼", "孙悦然", "周伯安"),
    ),
    advisers=("陈景润", "华罗庚", "古丽娜尔·艾合买提", "苏步青", "谷超豪"),
)


def many(count: int) -> list[Fields]:
    """Certificates that differ in length and text, the same every time."""
    made = []
    for number in range(1, count + 1):
        members = tuple(FULL.members[place % 15] for place in range(number, number + number % 7))
        made.append(
            replace(
                SHORT,
                number=f"SDCY-2026-0831-{number:04d}",
                verify_url=f"https://dasai.example.gov.cn/v/SDCY-2026-0831-{number:04d}",
                award=("一等奖", "二等奖", "三等奖")[number % 3],
                project=FULL.project[number % 9 : number % 9 + 4 + number % 30].strip(),
                unit=f"{FULL.unit[number % 12 : number % 12 + 6]}有限公司",
                members=members,
                advisers=FULL.advisers[: number % 3],
            )
        )
    return made
