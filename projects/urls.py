app_name = "projects"

CONTESTANT = []
OFFICER = []
urlpatterns = [*CONTESTANT, *OFFICER]
