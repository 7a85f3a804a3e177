"""Names of the pages that anybody may read without signing in. Whoever adds one says so here."""

SIGN_IN = {
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "account_verify_phone",
    "mfa_authenticate",
}

OURS: set[str] = set()

PUBLIC = SIGN_IN | OURS
