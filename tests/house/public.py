"""Names of the pages that anybody may read without signing in. Whoever adds one says so here."""

SIGN_IN = {
    "account_complete_password_reset",
    "account_confirm_password_reset_code",
    "account_password_reset_completed",
    "account_request_login_code",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_signup",
    "account_verify_phone",
    "mfa_authenticate",
}

OURS = {
    "certificates:check",
    "certificates:verify",
    "contests:list",
    "contests:notice",
    "contests:notices",
    "contests:season",
    "demo",
    "favicon",
    "home",
    "judging:draw_bundle",
    "judging:open_bundle",
    "judging:open_marks",
    "judging:code",
    "judging:draw_record",
    "judging:halls",
    "judging:invited",
    "projects:check_receipt",
    "projects:invitation",
    "projects:start",
    "set_language",
}

PUBLIC = SIGN_IN | OURS
