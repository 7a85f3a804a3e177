"""Workbooks that offices fill in: their words are the site's, in Chinese, whoever downloads them."""
