"""Chinese dates as people write them: 2026年6月18日 周四 17:00 comes from the `moment` filter."""

DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日 H:i"
SHORT_DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "n月j日"
