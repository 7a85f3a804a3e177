"""Sign-in rules: user name, e-mail or mobile number, kept encrypted with a blind index."""

from allauth.account.adapter import DefaultAccountAdapter

from accounts.models import User
from core.crypto import blind_index


class AccountAdapter(DefaultAccountAdapter):
    def get_phone(self, user):
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user, phone: str, verified: bool):
        user.phone, user.phone_verified = phone, verified
        user.phone_index = blind_index("phone", phone)
        user.save(update_fields=["phone", "phone_index", "phone_verified"])

    def set_phone_verified(self, user, phone: str):
        self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone: str):
        return User.objects.filter(phone_index=blind_index("phone", phone)).first()
